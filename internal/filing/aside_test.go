package filing_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
)

var pixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")

// kept tells how many rows of documents there are.
func kept(t *testing.T, town *housetest.Town, table string) (n int) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err == nil {
		err = pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAPhotoPutAsideBecomesTheCasesOwn(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Comes().Tells().Reads("照片和材料", `href="/file/photos?to=check"`)
		lin.Opens("/file/photos?to=check").Uploads("天花板.png", pixel, "add", "yes").Is(200, "/file/photos?to=check").Reads("天花板.png", "1 KB")
		lin.Uploads("合同.png", pixel).Is(200, "/file/check").Reads("2 份") // whoever just goes on does not lose what they chose
		d.Comes().Opens("/file/photos").Is(200, "/file/place").ReadsNot("天花板")

		action, values := lin.Form()
		lin.Posts(action, values).Is(200, "/file/done")
		lin.Posts(action, values).Is(200, "/file/done")
		lin.Says().Reads("天花板.png", "合同.png", "您交了一份材料")
		home := lin.At
		if a, b, c := kept(t, town, "case_attachments"), kept(t, town, "documents"), kept(t, town, "filing_draft_files"); a != 2 || b != 2 || c != 0 {
			t.Errorf("%d files of the case, %d documents, %d put aside", a, b, c)
		}
		desk := d.Enters(town.Zheng).Opens(strings.Replace(home, "/mine/", "/desk/cases/", 1))
		desk.Reads("天花板.png", "物证或照片", "林秀英")
		items := town.As(town.Zheng).Get("/cases/" + strings.TrimPrefix(home, "/mine/")).Value("attachments").([]any)
		for _, one := range items {
			if one.(map[string]any)["shared"] != false || one.(map[string]any)["party_id"] == nil {
				t.Errorf("a file of the filing: %v", one)
			}
		}
	})
}

func TestWhatIsPutAsideIsCheckedAndCounted(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/place").Says("area_code", "350527000000")
		r.Opens("/file/photos").Says("add", "yes").Is(422, "/file/photos").Reads("错误：", "请先选择一张照片")
		r.Uploads("页面.html", []byte("<html><script>")).Is(422, "/file/photos").Reads("不能上传网页")
		r.Uploads("空.png", nil, "add", "yes").Is(422, "/file/photos")
		for i := range 9 {
			town.Later(time.Second)
			r.Opens("/file/photos").Uploads(fmt.Sprintf("照片%d.png", i), pixel, "add", "yes").Is(200, "/file/photos")
		}
		r.Reads("放满了").ReadsNot(`type="file"`)
		r.Uploads("第十张.png", pixel, "add", "yes").Is(422, "/file/photos").Reads("最多放 9 个文件")
		if n := kept(t, town, "documents"); n != 9 {
			t.Errorf("%d documents", n)
		}
		_, row, _ := strings.Cut(r.Page, `name="remove" value="`)
		row, _, _ = strings.Cut(row, `"`)
		r.Opens("/file/photos").Says("remove", row).Is(200, "/file/photos").ReadsNot("照片0.png").Reads("照片1.png", `type="file"`)
		if n, m := kept(t, town, "documents"), kept(t, town, "filing_draft_files"); n != 8 || m != 8 {
			t.Errorf("%d documents, %d put aside after one was taken away", n, m)
		}
	})
}

// Sent twice by a nervous thumb, a file is put aside once, and counts once towards what its network may put aside.
func TestAFileSentTwiceIsPutAsideOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/place").Says("area_code", "350527000000")
		r.Opens("/file/photos")
		page := *r
		counted := func() (n int) {
			t.Helper()
			pool, err := town.Store.Pool()
			if err == nil {
				err = pool.QueryRowContext(t.Context(), "SELECT COALESCE(SUM(n), 0) FROM filing_counts").Scan(&n)
			}
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		r.Uploads("天花板.png", pixel, "add", "yes")
		once := counted()
		page.Uploads("天花板.png", pixel, "add", "yes").Is(200, "/file/photos")
		if again := counted(); once == 0 || again != once {
			t.Errorf("%d KiB are counted, and %d after it was sent again", once, again)
		}
		if n := kept(t, town, "filing_draft_files"); n != 1 {
			t.Errorf("%d put aside", n)
		}
		for i := range 8 { // the last that is taken, too
			town.Later(time.Second)
			r.Opens("/file/photos")
			page = *r
			r.Uploads(fmt.Sprintf("照片%d.png", i), pixel, "add", "yes").Is(200, "/file/photos")
			page.Uploads(fmt.Sprintf("照片%d.png", i), pixel, "add", "yes").Is(200, "/file/photos")
		}
		if n := kept(t, town, "filing_draft_files"); n != 9 {
			t.Errorf("%d put aside", n)
		}
	})
}

// After a file that was refused another is taken from the same page, which bears the same key: somebody went back to it.
func TestAfterAFileThatWasRefusedAnotherIsTakenFromThePageBefore(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/place").Says("area_code", "350527000000")
		r.Opens("/file/photos")
		page := *r
		r.Uploads("页面.html", []byte("<html><script>"), "add", "yes").Is(422, "/file/photos")
		page.Uploads("天花板.png", pixel, "add", "yes").Is(200, "/file/photos")
		if n := kept(t, town, "filing_draft_files"); n != 1 {
			t.Errorf("%d put aside", n)
		}
	})
}

func TestFilesGoWithTheDraft(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		begins := func() *housetest.Reader {
			r := d.Comes()
			r.Opens("/file/place").Says("area_code", "350527000000")
			return r.Opens("/file/photos").Uploads("天花板.png", pixel, "add", "yes").Is(200, "/file/photos")
		}
		begins().Opens("/file/forget").Says()
		if n := kept(t, town, "documents"); n != 0 {
			t.Errorf("%d documents after their draft was forgotten", n)
		}
		begins()
		town.Later(31 * 24 * time.Hour)
		begins()
		if n, err := town.App.Filing.ForgetDrafts(t.Context()); n != 1 || err != nil {
			t.Errorf("forgot %d, %v", n, err)
		}
		if n, m := kept(t, town, "documents"), kept(t, town, "filing_draft_files"); n != 1 || m != 1 {
			t.Errorf("%d documents, %d put aside: want those of the younger draft", n, m)
		}
	})
}

// Whatever is guessed, a file put aside is opened by nobody.
func TestAFilePutAsideIsOpenedByNobody(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/place").Says("area_code", "350527000000")
		r.Opens("/file/photos").Uploads("天花板.png", append(bytes.Clone(pixel), "PLANTED"...), "add", "yes")
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range []string{"id", "document_id", "draft_id"} {
			var id string
			if err := pool.QueryRowContext(t.Context(), "SELECT "+column+" FROM filing_draft_files").Scan(&id); err != nil {
				t.Fatal(err)
			}
			for _, who := range []*housetest.Person{town.Lin, town.Zheng, town.Station} {
				town.As(who).Get("/cases/" + c.ID + "/attachments/" + id).Is(404)
			}
		}
	})
}

// When the answer to a filing was lost and the draft is still there, sending it again files nothing and attaches nothing.
func TestFiledAgainAfterALostAnswerTheFilesAreAttachedOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		does := func(statements ...string) {
			t.Helper()
			for _, statement := range statements {
				if _, err := pool.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
		}
		lin := housetest.OnDoorstep(town).Comes().Tells()
		lin.Opens("/file/photos?to=check").Uploads("天花板.png", pixel).Is(200, "/file/check")
		cookies := lin.Cookies()
		does("CREATE TABLE was_draft AS SELECT * FROM filing_drafts", "CREATE TABLE was_file AS SELECT * FROM filing_draft_files",
			"CREATE TABLE was_document AS SELECT * FROM documents")
		ref, code := lin.Says().Receipt()
		does("DELETE FROM filing_drafts", "INSERT INTO filing_drafts SELECT * FROM was_draft",
			"INSERT INTO documents SELECT * FROM was_document", "INSERT INTO filing_draft_files SELECT * FROM was_file")
		again := lin.Takes(cookies...).Opens("/file/check").Is(200, "/file/check").Reads("1 份")
		if ref2, code2 := again.Says().Receipt(); ref2 != ref || code2 != code {
			t.Errorf("%s %s, then %s %s", ref, code, ref2, code2)
		}
		if cases, n, docs := kept(t, town, "dispute_cases"), kept(t, town, "case_attachments"), kept(t, town, "documents"); cases != 1 || n != 1 || docs != 1 {
			t.Errorf("%d cases, %d files, %d documents", cases, n, docs)
		}
	})
}

// Whoever files need not say who they are: so many bytes come from one network in a day, none where there is little room, and the
// files go when nobody goes on with them; what was written stays.
func TestFilesPutAsideFillNoDisk(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		r := d.Comes()
		r.Opens("/file/place").Says("area_code", "350527000000")
		r.Opens("/file/photos").Uploads("天花板.png", pixel, "add", "yes").Is(200, "/file/photos").Reads("两天内没有提交")
		came := func(from string, size int64) error {
			return town.Store.Do(t.Context(), actor.Actor{}, housetest.Fengze.County(), func(tx *db.Tx) error { return town.App.Holding.PutAside(tx, from, size) })
		}
		for _, from := range []string{"127.0.0.1", "203.0.113.5", "2001:db8:1:2::9"} {
			for i, one := range []struct {
				size int64
				err  bool
			}{{499 << 20, false}, {2 << 20, true}, {1 << 19, false}, {1 << 20, true}} {
				if err := came(from, one.size); (err != nil) != one.err || err != nil && fault.Of(err).Kind != fault.TooMany {
					t.Errorf("%s, the file %d: %v", from, i, err)
				}
			}
		}
		if came("2001:db8:1:2:ffff::1", 1<<20) == nil || came("2001:db8:1:3::1", 1<<20) != nil {
			t.Error("a household's addresses are one network, its neighbour's another")
		}
		town.App.Files.Free = func(string) (uint64, bool) { return 1<<30 - 1, true }
		r.Opens("/file/photos").Uploads("第二张.png", pixel, "add", "yes").Is(503, "/file/photos").Reads("现在存不下更多文件").ReadsNot("第二张.png")
		town.App.Files.Free = func(string) (uint64, bool) { return 1 << 30, true }
		r.Opens("/file/photos").Uploads("第三张.png", pixel, "add", "yes").Is(200, "/file/photos").Reads("第三张.png")
		if err := came("127.0.0.1", 510<<10); err != nil {
			t.Fatal(err)
		}
		before := town.Stored()
		r.Opens("/file/photos").Uploads("第四张.png", append(bytes.Clone(pixel), "another"...), "add", "yes").Is(429, "/file/photos").Reads("今天放的文件已经很多了")
		if n := town.Stored(); n != before {
			t.Errorf("what was refused lies on the disk: %d files, before %d", n, before)
		}
		files, drafts := kept(t, town, "filing_draft_files"), kept(t, town, "filing_drafts")
		town.App.Files.Free = func(string) (uint64, bool) { return 1<<29 - 1, true } // who has begun goes on, and nobody begins
		late := d.Comes().Opens("/file/place")
		_, form := late.Form()
		form["area_code"] = []string{"350527000000"}
		late.Posts("/file/place", form).Is(503, "/file/place").Reads("系统快存满了")
		r.Opens("/file/place").Says("area_code", "350527000000")
		town.App.Files.Free = func(string) (uint64, bool) { return 1 << 30, true }
		forget := func(after time.Duration, want int) {
			t.Helper()
			town.Later(after)
			if _, err := town.App.Filing.ForgetDrafts(t.Context()); err != nil {
				t.Fatal(err)
			}
			if a, b := kept(t, town, "filing_draft_files"), kept(t, town, "filing_drafts"); a != want || b != drafts {
				t.Errorf("%d files and %d drafts, want %d and %d", a, b, want, drafts)
			}
		}
		forget(47*time.Hour, files)
		forget(2*time.Hour, 0)
		if n := kept(t, town, "documents"); n != 0 {
			t.Errorf("%d documents", n)
		}
		if came("127.0.0.1", 499<<20) != nil {
			t.Error("the next day is bounded too")
		}
	})
}
