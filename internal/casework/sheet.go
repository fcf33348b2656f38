package casework

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

// mostOnSheet is how many cases one file holds; who needs more narrows the list.
const mostOnSheet = 20_000

// SheetName is what a list of cases is called as a file.
var SheetName = fault.Say("案件", "Cases")

var (
	sheetHeadings = []fault.Text{fault.Say("案号", "Case number"), fault.Say("登记号", "Intake number"), fault.Say("编号", "Reference"), fault.Say("状态", "State"), fault.Say("结果", "Outcome"),
		fault.Say("纠纷类型", "Kind of dispute"), fault.Say("纠纷名称", "Title"), fault.Say("申请人", "Applicant"), fault.Say("被申请人", "Respondent"), fault.Say("调委会", "Committee"),
		fault.Say("主持人", "Host"), fault.Say("地点", "Place"), fault.Say("登记日期", "Registered"), fault.Say("首次结案日期", "First closed"), fault.Say("下一期限", "Next due")}
	sheetCut = fault.Say("一个文件最多 %d 件，后面还有。请缩小范围，分几次导出。", "One file holds %d cases at most, and there are more. Please narrow the list and take it in parts.", mostOnSheet)
)

// Sheet writes the cases of a filter within the grant, newest first, each as its list shows it to this reader: what is masked
// there is masked here. It reads page after page, and holds one.
func (s *Service) Sheet(ctx context.Context, g authz.Grant, f Filter, lang string, w sheet.Writer) error {
	heads := make([]any, len(sheetHeadings))
	for i, h := range sheetHeadings {
		heads[i] = h.In(lang)
	}
	if err := w.Row(heads...); err != nil {
		return err
	}
	names := map[string]string{}
	f.Limit = 100
	for n := 0; ; {
		lines, next, err := s.List(ctx, g, f)
		if err != nil {
			return err
		}
		if err := s.sheetNames(ctx, g, lines, names); err != nil {
			return err
		}
		for _, l := range lines {
			if n == mostOnSheet {
				return w.Row(sheetCut.In(lang))
			}
			if err := w.Row(l.cells(names, lang)...); err != nil {
				return err
			}
			n++
		}
		if next.IsZero() {
			return nil
		}
		f.After = next
	}
}

// cells are a line in words.
func (l Line) cells(names map[string]string, lang string) []any {
	outcome, category := "", ""
	if l.Outcome != "" {
		outcome = codes.Outcomes.Name(string(l.Outcome), lang)
	}
	if l.Category != "" {
		category = codes.Categories.Name(l.Category, lang)
	}
	return []any{l.CaseNo, l.IntakeNo, ident.Reference(l.Reference).Grouped(), l.State.Name(lang), outcome, category, l.Title, l.Applicants, l.Respondents,
		names[l.CommitteeID.String()], names[l.HostID.String()], names[string(l.AreaCode)], string(dayOf(l.RegisteredAt)), string(l.ClosedOn), string(l.NextDue)}
}

// sheetNames looks up what the ids of some lines stand for, each once.
func (s *Service) sheetNames(ctx context.Context, g authz.Grant, lines []Line, names map[string]string) error {
	find := func(key string, none bool, look func() (string, error)) error {
		if _, known := names[key]; known || none {
			return nil
		}
		name, err := look()
		if fault.Is(err, fault.Missing) { // what is gone has no name
			err = nil
		}
		names[key] = name
		return err
	}
	return s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		for _, l := range lines {
			for _, err := range []error{
				find(l.CommitteeID.String(), l.CommitteeID.IsZero(), func() (string, error) { name, _, err := registry.NameOf(tx, l.CommitteeID); return name, err }),
				find(l.HostID.String(), l.HostID.IsZero(), func() (string, error) { m, err := registry.FindMediator(tx, l.HostID); return m.Name, err }),
				find(string(l.AreaCode), l.AreaCode == "", func() (string, error) { a, err := registry.FindArea(tx, l.AreaCode); return a.Name, err }),
			} {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// SheetTime is how long a file of the list may take over a slow line.
const SheetTime = 5 * time.Minute
