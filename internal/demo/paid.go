package demo

import (
	"context"
	"fmt"
	"time"

	"fengqiao/internal/anomaly"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/grade"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/payment"
	"fengqiao/internal/scheme"
	"fengqiao/internal/subsidy"
	"fengqiao/internal/training"
)

// desk is who enters training and pays in the home county, with the rooms in which they do it.
type desk struct {
	*loader
	training *training.Service
	grades   *grade.Service
	schemes  *scheme.Service
	claims   *subsidy.Service
	payments *payment.Service
}

// paid enters what the home county was taught, and how it pays: an invented scheme, claims of the home committee at every step,
// and a batch that waits for its second signature.
func (l *loader) paid(ctx context.Context) error {
	l.Clock.Set(l.Today.Add(-time.Hour))
	record := journal.New(l.Vault, Chance(l.Seed, "paid"))
	d := &desk{loader: l, training: training.New(training.Options{Store: l.Store, Policy: l.Policy, Journal: record}),
		grades: grade.New(grade.Options{Store: l.Store, Policy: l.Policy, Journal: record}), schemes: scheme.New(scheme.Options{Store: l.Store, Policy: l.Policy}),
		claims: subsidy.New(subsidy.Options{Store: l.Store, Policy: l.Policy, Journal: record, Held: anomaly.Held})}
	d.payments = payment.New(payment.Options{Store: l.Store, Vault: l.Vault, Policy: l.Policy, Journal: record, Claims: d.claims})
	if err := d.taught(ctx); err != nil {
		return err
	}
	return d.pay(ctx)
}

// as is what one of the logins may do.
func (d *desk) as(login string, action authz.Action) (authz.Grant, error) {
	return d.Policy.Allow(d.people[login], action)
}

func (d *desk) taught(ctx context.Context) error {
	today := calendar.DayOf(d.Today)
	for _, c := range []struct {
		who string
		in  training.NewCourse
		of  []*crew
	}{
		{"county", training.NewCourse{Title: "人民调解员年度业务培训（演示）", Organiser: "丰泽区司法局", Kind: "annual", From: today.Plus(-45), To: today.Plus(-44), ClassHours: 14, Form: "class", Exam: true, Certificate: true, Place: "区司法局"}, d.near(20)},
		{"station", training.NewCourse{Title: "物业纠纷调解专题（演示）", Organiser: "东湖街道司法所", Kind: "special", From: today.Plus(-20), ClassHours: 4, Form: "exchange"}, []*crew{d.home}},
	} {
		g, err := d.as(c.who, training.Recording)
		if err != nil {
			return err
		}
		made, err := d.training.RecordCourse(ctx, g, c.in)
		if err != nil {
			return err
		}
		if _, err := d.training.Attend(ctx, g, made.ID, made.Version, came(c.of, c.in)); err != nil {
			return err
		}
	}
	g, err := d.as("county", grade.Grading)
	if err != nil {
		return err
	}
	_, err = d.grades.Grant(ctx, g, d.home.people[0].ID, grade.NewGrade{Grade: "4", GrantedOn: today.Plus(-30), Panel: "丰泽区人民调解协会评定小组（演示）", DocumentNo: "演示〔一〕号", NoCrime: true,
		Exception: "原有证书换发（演示）"})
	return err
}

// near are the home committee and some others of its county.
func (d *desk) near(most int) []*crew {
	out := []*crew{d.home}
	for _, c := range d.counties {
		if c.area.Code.County() != HomeArea.County() {
			continue
		}
		for _, crew := range c.grass {
			if crew != d.home && len(out) < most {
				out = append(out, crew)
			}
		}
	}
	return out
}

// came are the first two of each committee; all of the home committee but its last.
func came(of []*crew, in training.NewCourse) (out []training.NewAttendance) {
	for _, c := range of {
		for i, m := range c.people {
			if i >= 2 || m.Works() && m.EngagedOn.After(in.From) {
				break
			}
			a := training.NewAttendance{Mediator: m.ID}
			if in.Exam {
				a.Result, a.CertificateNo = "passed", fmt.Sprintf("演示 %03d", len(out)+1)
			}
			out = append(out, a)
		}
	}
	return out
}

func (d *desk) pay(ctx context.Context) error {
	today := calendar.DayOf(d.Today)
	year := today.Year()
	publish, err := d.as("county", scheme.Publishing)
	if err != nil {
		return err
	}
	terms := scheme.Terms{Head: "mediator", Archived: true, Performed: true, OralPercent: 60, Guided: true, Bonuses: []scheme.Bonus{{Percent: 10}},
		Rates:     []scheme.Rate{{Class: "1", Fen: 60_00}, {Class: "2", Fen: 100_00}, {Class: "3", Fen: 200_00}, {Class: "4", Fen: 400_00}, {Form: "unsuccessful", Fen: 30_00}},
		Materials: []scheme.Need{{Items: []string{"session_record", "agreement", "signatures"}}}}
	if _, err := d.schemes.Publish(ctx, publish, scheme.NewScheme{Kind: scheme.ByCase, Name: "以案定补办法（演示，不是真实标准）", Basis: "演示数据",
		ValidFrom: calendar.Day(fmt.Sprintf("%04d-01-01", year-2)), ValidTo: calendar.Day(fmt.Sprintf("%04d-12-31", year+2)), Terms: terms}); err != nil {
		return err
	}
	claim, err := d.Policy.Allow(d.home.chair(), subsidy.Claiming)
	if err != nil {
		return err
	}
	if _, err := d.claims.ClaimPeriod(ctx, claim, subsidy.Period{From: today.Plus(-365), To: today}); err != nil {
		return err
	}
	waiting, err := d.looks(ctx)
	if err != nil || len(waiting) < 6 {
		return err
	}
	return d.batch(ctx, today)
}

// looks takes each look at fewer claims than the one before, so that something waits for everybody.
func (d *desk) looks(ctx context.Context) ([]subsidy.Seen, error) {
	var all []subsidy.Seen
	for i, look := range []struct {
		login string
		step  subsidy.Step
		may   authz.Action
		leave int
	}{{"station", subsidy.Check, subsidy.Checking, 1}, {"county", subsidy.Examine, subsidy.Examining, 1}, {"supervisor", subsidy.Approve, subsidy.Approving, 2}} {
		read, err := d.as(look.login, subsidy.Reading)
		if err != nil {
			return nil, err
		}
		rows, _, err := d.claims.Claims(ctx, read, subsidy.Asked{Step: look.step, Limit: 100})
		if err != nil {
			return nil, err
		}
		if i == 0 {
			all = rows
		}
		var pass []subsidy.Look
		for _, c := range rows[min(look.leave, len(rows)):] {
			if c.Codes == "" && len(c.Like) == 0 {
				pass = append(pass, subsidy.Look{ID: c.ID, Version: c.Version})
			}
		}
		may, err := d.as(look.login, look.may)
		if err != nil || len(pass) == 0 {
			return nil, err
		}
		if _, err := d.claims.Pass(ctx, may, look.step, pass); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (d *desk) batch(ctx context.Context, today calendar.Day) error {
	g, err := d.as("county", payment.Paying)
	if err != nil {
		return err
	}
	b, err := d.payments.Compose(ctx, g, payment.NewBatch{County: ident.County(HomeArea.County()), From: today.Plus(-365), To: today})
	if err != nil {
		return err
	}
	_, err = d.payments.Sign(ctx, g, b.ID, b.Version, b.SHA256)
	return err
}
