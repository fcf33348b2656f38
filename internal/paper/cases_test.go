package paper

import (
	"testing"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/web"
)

// Fixed people and things of the papers' cases: the same on every run, so that the papers are.
var (
	lin, chen, su    = ident.ID{1}, ident.ID{2}, ident.ID{3}
	theCase, theText = ident.ID{9}, ident.ID{10}
	clause1, clause2 = ident.ID{11}, ident.ID{12}
	friday           = time.Date(2026, 3, 6, 2, 30, 0, 0, time.UTC)
)

// The names hold letters of the first extension, of the one after the basic block's end, and from beyond the basic plane.
const (
	rareOne   = "林㛃"
	rareOther = "陈䶮𠅤"
)

func in(days int) time.Time { return friday.AddDate(0, 0, days) }

func ptr[T any](v T) *T { return &v }

func service(t *testing.T) *Service {
	t.Helper()
	s, err := New(Options{FS: web.FS})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// dossierOf is a case as its papers print it: between two people, or between one and a property firm; settled in writing,
// settled by word of mouth, or ended without an agreement.
func dossierOf(against, how string) *file {
	d := casework.Dossier{Region: "福建省泉州市丰泽区", Place: "福建省泉州市丰泽区东湖街道少林社区居委会", Today: "2026-03-20", Seen: authz.Full, Whole: true}
	d.Committee = registry.Committee{Name: "少林社区人民调解委员会", ShortName: "少林", Phone: "0595-00000000"}
	d.ID, d.Version, d.IntakeNo, d.CaseNo, d.Reference = theCase, 12, "登20260306-001", "（2026）少林人调字第0001号", "7K3M9XQ2"
	d.Source, d.Category, d.Difficulty, d.Risk = "11", "1306", 2, 1
	d.Facts = "楼上卫生间漏水，天花板发霉。\n多次交涉没有结果。"
	d.Request = "修好漏水处\n赔偿粉刷费用"
	d.RegisteredAt, d.AcceptedAt, d.AcceptedDay, d.FirstSessionAt = friday, ptr(in(1)), "2026-03-07", ptr(in(3))
	d.ApplicationForm, d.ApplicationBy = "written", "wet_ink"
	d.Sides = []casework.Party{{Key: ident.Key{ID: lin}, Role: casework.Applicant, Kind: "person", Name: rareOne, IDNumber: "11010519491231002X", Phone: "13800138000", Address: "少林社区1号201",
		Sex: "2", Ethnicity: "01", BornOn: "1949-12-31", Occupation: "退休", Consent: casework.Agreed, ConsentChannel: "phone", ConsentAt: ptr(friday), NoticeAt: ptr(in(2)), NoticeManner: "written"}}
	other := casework.Party{Key: ident.Key{ID: chen}, Role: casework.Respondent, Kind: "person", Name: rareOther, Phone: "13900139000", Address: "少林社区1号301",
		Consent: casework.Agreed, ConsentChannel: "in_person", ConsentAt: ptr(friday), NoticeAt: ptr(in(2)), NoticeManner: "oral"}
	if against == "organisation" {
		other.Kind, other.Name, other.LegalRep, other.CreditCode = organisation, "泉州东湖物业服务有限公司", "黄经理", "91350500MA2XXXXX0X"
	}
	d.Sides = append(d.Sides, other)
	d.People = []casework.Participant{{MediatorID: su, Name: "苏惠敏", Part: authz.PartHost}}
	d.Helpers = []casework.Helper{{Key: ident.Key{ID: ident.ID{20}}, PartyID: lin, Kind: casework.AsAgent, Name: "林志远", Relation: "儿子", IDNumber: "350503198001010018", Phone: "13700137000",
		Scopes: "apply_end attend_sign", Dated: "2026-03-06", SignatureKind: "wet_ink"}}
	d.Sittings = []casework.Session{
		{StartsAt: in(2), EndsAt: ptr(in(2).Add(time.Hour)), Place: "少林社区1号", Mode: "in_person", Kind: "investigation", Mediators: []ident.ID{su}, Attending: []ident.ID{lin},
			Record: "问：什么时候发现漏水？\n答：二月初。\n补充：拍了照片。", Details: casework.Details{Interviewee: "张邻居", Recorder: "洪国荣", Matter: "漏水的时间和范围"}},
		{StartsAt: in(3), EndsAt: ptr(in(3).Add(2 * time.Hour)), Place: "社区调解室", Mode: "in_person", Kind: "joint", Mediators: []ident.ID{su}, Attending: []ident.ID{lin, chen},
			Guests: []casework.Guest{{Name: "王律师", Kind: "lawyer", Consented: true}}, Record: "申请人：天花板发霉，要求修好并赔偿。\n被申请人：愿意修，赔偿太多。\n调解员告知了权利义务和结果的风险。",
			Result: "双方达成一致。", Points: []string{"rights_told", "identity_told", "statements", "findings_checked", "outcome"}, Details: casework.Details{Recorder: "洪国荣", Helpers: []ident.ID{{20}}}},
	}
	d.Attachments = []casework.Attached{{ID: ident.ID{30}, Kind: "2", Name: "天花板.jpg", MediaType: "image/jpeg", SHA256: "aa11", PartyID: lin, AddedAt: friday},
		{ID: ident.ID{31}, Kind: "99", Paper: "identity", Name: "身份证.jpg", MediaType: "image/jpeg", SHA256: "bb22", PartyID: lin, AddedAt: friday}}
	switch how {
	case "written":
		settled(&d, casework.Written, casework.WrittenAgreement)
	case "oral":
		settled(&d, casework.Oral, casework.OralAgreement)
	case "failed":
		d.State, d.Outcome, d.ReasonCode, d.EndedAt = casework.Closed, casework.Failed, "T1", ptr(in(10))
		d.Guidance = "可以向人民法院起诉。"
		d.Sittings[1].Result = "双方分歧大，没有达成一致。"
		d.ReferralsOut = []casework.ReferralOut{{Organ: "丰泽区人民法院", Reason: "调解不成，当事人希望起诉。", Papers: `["` + ident.ID{30}.String() + `"]`, Consents: `["` + lin.String() + `"]`,
			Told: `["` + lin.String() + `","` + chen.String() + `"]`, ReplyBy: "2026-04-16", MadeAt: in(10)}}
	}
	return &file{Dossier: d}
}

func settled(d *casework.Dossier, form string, outcome casework.Outcome) {
	d.State, d.Outcome, d.EffectiveAt, d.EndedAt, d.AmountFen, d.AgreementID = casework.Closed, outcome, ptr(in(4)), ptr(in(20)), 200050, theText
	a := &casework.Agreement{Key: ident.Key{ID: theText}, Number: 1, Form: form, Facts: "卫生间防水层破损，渗水到楼下。", Issues: "维修由谁负责，赔偿多少。", Copies: 3, TextHash: "c0ffee", AmountFen: 200050}
	a.Clauses = []casework.Clause{{Key: ident.Key{ID: clause1}, Place: 1, Text: "楼上住户修好漏水处。"}, {Key: ident.Key{ID: clause2}, Place: 2, Text: "赔偿粉刷费用2,000.50元（大写：贰仟元伍角）。"}}
	a.Obligations = []casework.Obligation{
		{ClauseID: clause1, Debtor: chen, Creditor: lin, Kind: "do", Due: "2026-03-20", Manner: "请施工队上门", State: "performed", StateOn: "2026-03-18"},
		{ClauseID: clause2, Debtor: chen, Creditor: lin, Kind: "pay", AmountFen: 200050, Due: "2026-03-25", Manner: "微信转账", State: "performed", StateOn: "2026-03-25"}}
	if form == casework.Oral {
		a.AgreedAt = ptr(in(4))
	} else {
		a.FixedAt = ptr(in(3))
		sign := func(who, kind string, party, mediator ident.ID) casework.Signature {
			return casework.Signature{Signer: who, Kind: kind, PartyID: party, MediatorID: mediator, TextHash: a.TextHash, SignedAt: in(4)}
		}
		a.Signatures = []casework.Signature{sign(casework.ByParty, "wet_ink", lin, ident.ID{}), sign(casework.ByParty, "drawn", chen, ident.ID{}),
			sign(casework.ByMediator, "wet_ink", ident.ID{}, su), sign(casework.BySeal, "wet_ink", ident.ID{}, ident.ID{})}
		a.Signatures[1].Drawing = "M10 100 L300 40 L590 150"
		d.ConfirmBy = "2026-04-09"
		d.Courts = []casework.CourtMatter{{Kind: casework.Confirming, AgreementID: theText, Court: "泉州市丰泽区人民法院", FiledOn: "2026-03-12"}}
	}
	d.Agreement = a
	d.FollowUps = 1
	d.Visits = []casework.Visit{{VisitedOn: "2026-03-26", Visitor: "洪国荣", Visited: []ident.ID{lin, chen}, Satisfied: 4, Performed: true, Note: "已修好，款已付。"}}
}
