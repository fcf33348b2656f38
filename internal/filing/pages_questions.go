package filing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// prompt is one question of the filing pages.
type prompt struct {
	path     string   // below /file/
	fields   []string // the values it asks for, by the paths that a fault names
	part     int      // which part of the whole it belongs to, for "step 2 of 7"
	asked    func(*Answers) bool
	answered func(*Answers) bool
	missing  fault.Text // what to say when nothing was answered
	options  func(*registryNow, *Answers) ([]page.Option, error)
	read     func(*page.Request, *Answers)
	uploads  bool // it takes files, one a post
}

const parts = 7 // place, matter, what happened, wish, you, other side, check

func always(*Answers) bool { return true }
func never(*Answers) bool  { return false }

// prompts are the questions in the order in which they are asked. Title and the further people of the other side are
// reached from the check page only.
var prompts = []prompt{
	{path: "place", fields: []string{"area_code"}, part: 1, asked: always, answered: func(a *Answers) bool { return a.County != "" },
		missing: fault.Say("请选择事情发生在哪个县（市、区）。", "Please choose the county in which it happened."),
		options: func(now *registryNow, _ *Answers) ([]page.Option, error) { return now.counties() }, read: readCounty},
	{path: "town", fields: []string{"area_code"}, part: 1, asked: func(a *Answers) bool { return !a.NoTowns },
		answered: func(a *Answers) bool { return a.Town != "" },
		missing:  fault.Say("请选择街道或乡镇；不清楚的，选“不清楚”。", "Please choose a street or township, or 'Not sure'."),
		options:  func(now *registryNow, a *Answers) ([]page.Option, error) { return now.below(a.County) }, read: readTown},
	{path: "village", fields: []string{"area_code"}, part: 1, asked: func(a *Answers) bool { return !a.NoVillages && a.Town != a.County },
		answered: func(a *Answers) bool { return a.Village != "" },
		missing:  fault.Say("请选择村或社区；不清楚的，选“不清楚”。", "Please choose a village or community, or 'Not sure'."),
		options:  func(now *registryNow, a *Answers) ([]page.Option, error) { return now.below(a.Town) }, read: readVillage},
	{path: "compound", fields: []string{"compound_id"}, part: 1, asked: func(a *Answers) bool { return a.Compounds },
		answered: func(a *Answers) bool { return a.Lies != "" },
		missing:  fault.Say("请选择小区；不在小区或不清楚的，选最后一项。", "Please choose a compound; if it is in none, or you are not sure, the last answer."),
		options:  func(now *registryNow, a *Answers) ([]page.Option, error) { return now.compounds(a.Village) }, read: readCompound},
	{path: "about", fields: []string{"category"}, part: 2, asked: always, answered: func(a *Answers) bool { return a.Category != "" },
		missing: fault.Say("请选择是哪一类事。选最接近的一项就行。", "Please choose what it is about; the nearest will do."),
		options: func(now *registryNow, a *Answers) ([]page.Option, error) { return now.kinds(a.InCompound()), nil },
		read:    func(r *page.Request, a *Answers) { a.Category = r.Form("category") }},
	{path: "safe", fields: []string{"danger"}, part: 2, asked: always, answered: func(a *Answers) bool { return a.Danger != "" },
		missing: fault.Say("请选择一项；不想说也可以。", "Please choose an answer; you need not say."),
		options: func(now *registryNow, _ *Answers) ([]page.Option, error) { return now.dangers(), nil },
		read:    func(r *page.Request, a *Answers) { a.Danger = r.Form("danger") }},
	{path: "advice", part: 2, asked: func(a *Answers) bool { return len(a.advice()) > 0 },
		answered: func(a *Answers) bool { return a.Advised == a.occasion() },
		read:     func(r *page.Request, a *Answers) { a.Advised, a.Careful = a.occasion(), r.Ticked("careful") }},
	{path: "facts", fields: []string{"facts"}, part: 3, asked: always, answered: func(a *Answers) bool { return a.Facts != "" },
		missing: fault.Say("请写发生了什么事，几句话就行。", "Please say what happened; a few sentences will do."),
		read:    func(r *page.Request, a *Answers) { a.Facts = r.Form("facts") }},
	{path: "wish", fields: []string{"request"}, part: 4, asked: always, answered: always,
		read: func(r *page.Request, a *Answers) { a.Request = r.Form("request") }},
	{path: "photos", part: 4, asked: always, answered: always, uploads: true},
	{path: "you", fields: []string{"applicant.name", "applicant.phone", "applicant.phone_reason"}, part: 5, asked: always,
		answered: func(a *Answers) bool { return a.You.Name != "" }, read: readYou},
	{path: "other", part: 6, asked: always, answered: func(a *Answers) bool { return len(a.Others) > 0 }, read: readOther},
	{path: "title", fields: []string{"title"}, part: 7, asked: never, answered: always,
		read: readTitle},
}

func stepAt(path string) prompt {
	return prompts[slices.IndexFunc(prompts, func(st prompt) bool { return st.path == path })]
}

func (st prompt) place() int {
	return slices.IndexFunc(prompts, func(other prompt) bool { return other.path == st.path })
}

// needs is the question about the place that must be answered before this one: what can be chosen depends on it.
func (st prompt) needs(a *Answers) (prompt, bool) {
	first, open := a.open()
	return first, open && first.part == 1 && first.place() < st.place()
}

// after is the question that follows; the check page when there is none.
func (st prompt) after(a *Answers) string {
	for _, next := range prompts[st.place()+1:] {
		if next.asked(a) {
			return "/file/" + next.path
		}
	}
	return "/file/check"
}

// before is the question that came before; the start page when there was none.
func (st prompt) before(a *Answers) string {
	for _, was := range slices.Backward(prompts[:st.place()]) {
		if was.asked(a) {
			return "/file/" + was.path
		}
	}
	return "/file"
}

// open is the first question that still has no answer; false when all have.
func (a *Answers) open() (prompt, bool) {
	i := slices.IndexFunc(prompts, func(st prompt) bool { return st.asked(a) && !st.answered(a) })
	if i < 0 {
		return prompt{}, false
	}
	return prompts[i], true
}

// onTheOther is which person of the other side a page is about: 0 is the first.
func onTheOther(r *page.Request) int {
	n, err := strconv.Atoi(r.Query("no"))
	if err != nil || n < 1 || n > mostOthers {
		return 0
	}
	return n - 1
}

func readCounty(r *page.Request, a *Answers) {
	if chosen := ident.Area(r.Form("area_code")); chosen != a.County {
		a.County, a.Town, a.Village = chosen, "", ""
		a.forgetCompound()
	}
}

func readTown(r *page.Request, a *Answers) {
	if chosen := ident.Area(r.Form("area_code")); chosen != a.Town {
		a.Town, a.Village = chosen, ""
		a.forgetCompound()
	}
}

func readVillage(r *page.Request, a *Answers) {
	if chosen := ident.Area(r.Form("area_code")); chosen != a.Village {
		a.Village = chosen
		a.forgetCompound()
	}
}

// forgetCompound: another place has other compounds, and outside of one there are other kinds of dispute.
func (a *Answers) forgetCompound() {
	a.lie("", ident.ID{})
	a.Compounds = false
}

func readCompound(r *page.Request, a *Answers) {
	word := r.Form("compound_id")
	if id, err := ident.ParseID(word); err == nil {
		a.lie(compoundListed, id)
		return
	}
	a.lie(word, ident.ID{})
}

func (a *Answers) lie(how string, compound ident.ID) {
	a.Lies, a.Compound = how, compound
	if !slices.Contains(kindsOffered(a.InCompound()), a.Category) {
		a.Category = ""
	}
}

func readYou(r *page.Request, a *Answers) {
	a.You = Told{Name: r.Form("applicant.name"), Phone: r.Form("applicant.phone"), PhoneReason: r.Form("applicant.phone_reason")}
}

func readOther(r *page.Request, a *Answers) {
	i := min(onTheOther(r), len(a.Others))
	if r.Ticked("remove") && i > 0 {
		a.Others = slices.Delete(a.Others, i, min(i+1, len(a.Others)))
		return
	}
	at := fmt.Sprintf("respondents.%d.", i)
	told := Told{Kind: r.Form(at + "kind"), Name: r.Form(at + "name"), Phone: r.Form(at + "phone"), Unknown: r.Ticked("unknown")}
	a.Others = append(slices.Clone(a.Others[:i]), append([]Told{told}, a.Others[min(i+1, len(a.Others)):]...)...)
}

// readTitle keeps words of their own; what the page offered goes on following from the kind of dispute.
func readTitle(r *page.Request, a *Answers) {
	if typed := r.Form("title"); typed != called(r, a.Name(), a.Category) {
		a.Title = typed
	}
}

// fieldsOf are the values that a page asks for; those of the other side are counted.
func (st prompt) fieldsOf(no int) []string {
	if st.path != "other" {
		return st.fields
	}
	at := fmt.Sprintf("respondents[%d].", no)
	return []string{at + "kind", at + "name", at + "phone"}
}

// Kinds of dispute in the words that people use for them; the codes are those of the official table. What is not on the
// short list is for the mediator to find, under 99 or 1399.
var (
	kindsInCompound = []string{"1306", "1307", "1305", "1301", "1302", "1308", "1311", "1309", "1310", "1312", "1399"}
	kindsAnywhere   = []string{"02", "01", "03", "07", "06", "12", "04", "1001", "1099", "1499", "11", "13", "99"}
	kindsBesides    = []string{"01", "06", "04", "1001", "99"} // in a compound, what is not about it
)

func kindsOffered(inCompound bool) []string {
	if inCompound {
		return append(slices.Clone(kindsInCompound), kindsBesides...)
	}
	return kindsAnywhere
}

// registryNow asks the registry for one page.
type registryNow struct {
	tx  *db.Tx
	say func(key string, args ...any) string
}

func (now *registryNow) counties() ([]page.Option, error) {
	city, err := cityOf(now.tx)
	if err != nil {
		return nil, err
	}
	return now.areas(city)
}

func (now *registryNow) areas(around ident.Area) ([]page.Option, error) {
	areas, err := registry.AreasBelow(now.tx, around)
	out := make([]page.Option, 0, len(areas)+1)
	for _, a := range areas {
		out = append(out, page.Option{Value: string(a.Code), Text: a.Name})
	}
	return out, err
}

// below are the places of one, and "not sure", which stands for the wider one itself.
func (now *registryNow) below(around ident.Area) ([]page.Option, error) {
	out, err := now.areas(around)
	return append(out, page.Option{Value: string(around), Text: now.say("file.unsure")}), err
}

const mostCompounds = 100 // of one village on one page; whoever does not find theirs says so

func (now *registryNow) compounds(village ident.Area) ([]page.Option, error) {
	found, _, err := registry.CompoundsIn(now.tx, village, registry.Page{Limit: mostCompounds})
	slices.SortFunc(found, func(a, b registry.Compound) int { return strings.Compare(a.Name, b.Name) })
	out := make([]page.Option, 0, len(found)+2)
	for _, c := range found {
		out = append(out, page.Option{Value: c.ID.String(), Text: c.Name, Hint: c.Address})
	}
	return append(out, page.Option{Value: compoundOther, Text: now.say("file.compound_other")},
		page.Option{Value: compoundNone, Text: now.say("file.compound_none")}), err
}

func (now *registryNow) kinds(inCompound bool) []page.Option {
	var out []page.Option
	for _, code := range kindsOffered(inCompound) {
		out = append(out, page.Option{Value: code, Text: now.say("file.kind." + code), Hint: now.say("file.kind_hint." + code)})
	}
	return out
}

func (now *registryNow) dangers() []page.Option {
	return []page.Option{{Value: dangerYes, Text: now.say("file.danger_yes")}, {Value: dangerNo, Text: now.say("file.danger_no")},
		{Value: dangerUnsaid, Text: now.say("file.danger_unsaid")}}
}

// survey finds out what there is to choose from in a place that was just told.
func (now *registryNow) survey(a *Answers) error {
	towns, err := registry.AreasBelow(now.tx, a.County)
	if err != nil {
		return err
	}
	if a.NoTowns = len(towns) == 0; a.NoTowns {
		a.Town, a.Village = a.County, a.County
	}
	a.NoVillages = a.NoTowns
	if a.Town != "" && a.Town != a.County {
		villages, err := registry.AreasBelow(now.tx, a.Town)
		if err != nil {
			return err
		}
		a.NoVillages = len(villages) == 0
	}
	if a.Town != "" && (a.NoVillages || a.Town == a.County) {
		a.Village = a.Town
	}
	if a.Village.Level() != ident.Village {
		return nil
	}
	found, _, err := registry.CompoundsIn(now.tx, a.Village, registry.Page{Limit: 1})
	a.Compounds = len(found) > 0
	return err
}

// optionsOf are what a page offers to choose from.
func (s *Service) optionsOf(r *page.Request, st prompt, a *Answers) ([]page.Option, error) {
	if st.options == nil {
		return nil, nil
	}
	var out []page.Option
	err := s.store.Read(r.Context(), actor.Actor{}, func(tx *db.Tx) (err error) {
		out, err = st.options(&registryNow{tx: tx, say: r.Say}, a)
		return err
	})
	return out, err
}

// check tells what is wrong with the answers of one page and of no other; filing itself asks the same questions again.
func (s *Service) check(ctx context.Context, st prompt, a *Answers, no int) error {
	if !st.answered(a) && st.missing.ZH != "" {
		return (&fault.Fault{Kind: fault.Invalid, Text: st.missing}).At(st.fields[0])
	}
	if st.part == 1 {
		return s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error { return (&registryNow{tx: tx}).survey(a) })
	}
	err := s.cases.CheckFiling(ctx, a.Filing())
	return st.plainly(onlyAbout(err, st.fieldsOf(no)), a, no)
}

// onlyAbout keeps of a fault what concerns these values.
func onlyAbout(err error, fields []string) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	out := *fault.Of(err)
	out.Fields = slices.DeleteFunc(slices.Clone(out.Fields), func(f fault.Field) bool { return !slices.Contains(fields, f.At) })
	if len(out.Fields) == 0 {
		return nil
	}
	return &out
}

// plainly says of what was left out what this page offers instead.
func (st prompt) plainly(err error, a *Answers, no int) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	told := a.You
	if st.path == "other" && no < len(a.Others) {
		told = a.Others[no]
	}
	for i, f := range fault.Of(err).Fields {
		var say fault.Text
		switch at := f.At; {
		case strings.HasSuffix(at, ".name") && told.Name == "" && st.path == "you":
			say = fault.Say("请填写您的姓名。", "Please give your name.")
		case strings.HasSuffix(at, ".name") && told.Name == "":
			say = fault.Say("请填写对方的姓名；不知道的，写怎样认出来。", "Please give their name; if you do not know it, say how to tell them.")
		case strings.HasSuffix(at, ".phone") && told.Phone == "" && st.path == "you":
			say = fault.Say("请填写您的电话；没有电话的，请在下面写怎样能找到您。", "Please give your telephone number; if you have none, say below how we can reach you.")
		case strings.HasSuffix(at, ".phone") && told.Phone == "":
			say = fault.Say("请填写对方的电话；不知道的，请勾选“我不知道对方的电话”。", "Please give their telephone number, or tick that you do not know it.")
		default:
			continue
		}
		fault.Of(err).Fields[i].Text = say
	}
	return err
}

// mends is the page on which a fault of filing can be mended.
func mends(err error) (st prompt, no int, ok bool) {
	for _, f := range fault.Of(err).Fields {
		if n, err := fmt.Sscanf(f.At, "respondents[%d]", &no); err == nil && n == 1 {
			return stepAt("other"), no, true
		}
		for _, st := range prompts {
			if slices.Contains(st.fields, f.At) {
				return st, 0, true
			}
		}
	}
	return prompt{}, 0, false
}

// offered refuses a choice that the page did not offer.
func offered(st prompt, options []page.Option, typed string) error {
	if typed == "" || len(options) == 0 || slices.ContainsFunc(options, func(o page.Option) bool { return o.Value == typed }) {
		return nil
	}
	return fault.New(fault.Invalid, "code", "请从给出的选项中选择。", "Please choose one of the answers given.").At(st.fields[0])
}
