package casework

import (
	"context"
	"io"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// caseIn is a case in an address.
type caseIn struct {
	ID ident.ID `path:"id"`
}

// actIn is what every act on a case brings: the case, the version it was decided on, and its own body.
type actIn[B any] struct {
	rest.IfMatch
	ID   ident.ID `path:"id"`
	Body B
}

// When is the legal moment of an act, which staff may set back.
type When struct {
	OccurredAt *time.Time `json:"occurred_at,omitempty" doc:"When it really happened; staff may set it back, never forward"`
}

func (w When) when() *time.Time { return w.OccurredAt }

// now is the moment of an act that cannot be dated back: a receipt must say when it was.
type now struct{}

func (now) when() *time.Time { return nil }

type timed interface{ when() *time.Time }

// Done is a case after an act, with what whoever acted should mind.
type Done struct {
	View
	Warnings []string `json:"warnings"`
}

// Told is a case after an act as it is said in a language.
func (v View) Told(lang string) Done {
	out := Done{View: v.In(lang), Warnings: []string{}}
	for _, w := range v.Warnings {
		out.Warnings = append(out.Warnings, w.In(lang))
	}
	return out
}

func done(ctx context.Context, v View) *rest.Seen[Done] {
	return rest.See(v.Version, v.Told(rest.Lang(ctx)))
}

// event mounts an act on a case as POST /cases/{id}/<event>. The action is the lifecycle table's.
func event[B timed](a *rest.API, e Event, zh, en string, do func(ctx context.Context, g authz.Grant, o Order, body B) (View, error)) {
	action := authz.Action("case." + string(e))
	rest.Handle(a, "POST", "/cases/{id}/"+e.Route(), action, func(ctx context.Context, g authz.Grant, in *actIn[B]) (*rest.Seen[Done], error) {
		expect, err := in.Expect(g)
		if err != nil {
			return nil, err
		}
		v, err := do(ctx, g, Order{Case: in.ID, Expect: expect, OccurredAt: in.Body.when()}, in.Body)
		if err != nil {
			return nil, err
		}
		return done(ctx, v), nil
	}, rest.Says(zh, en))
}

// The bodies of acts: each is what the act takes, with the legal moment.
type (
	bare        struct{ When }
	consentBody struct {
		When
		Answer
	}
	refusalBody struct {
		When
		Refusal
	}
	assignBody struct {
		When
		Assignment
	}
	recusalBody struct {
		When
		Recusal
	}
	noticeBody struct {
		When
		Notice
	}
	appointingBody struct {
		When
		Appointing
	}
	sittingBody struct {
		When
		Sitting
	}
	extensionBody struct {
		When
		Extension
	}
	pauseBody struct {
		When
		Pausing
	}
	agreementBody struct {
		When
		DraftAgreement
	}
	signBody struct {
		When
		Signing
	}
	terminationBody struct {
		When
		Termination
	}
	endingBody struct {
		When
		Ending
	}
	performedBody struct {
		When
		Performed
	}
	visitBody struct {
		When
		VisitIn
	}
	amendBody struct {
		When
		Amendment
	}
	rerouteBody struct {
		When
		Rerouting
	}
	retractBody struct {
		When
		Retraction
	}
	helperBody struct {
		When
		HelperIn
	}
	helperEndBody struct {
		When
		HelperEnd
	}
	archiveBody struct {
		When
		Archiving
	}
	propertyBody struct {
		When
		PropertyFacts
	}
	namingBody struct {
		When
		Naming
	}
	needsBody struct {
		When
		Needs
	}
	confirmationBody struct {
		When
		ConfirmationIn
	}
	confirmedBody struct {
		When
		Confirmed
	}
	repudiationBody struct {
		When
		Repudiation
	}
	remedyBody struct {
		When
		Remedy
	}
	correctBody struct {
		When
		Correcting
	}
	addingBody struct {
		When
		Adding
	}
	removingBody struct {
		When
		Removing
	}
	decidingBody struct {
		When
		Deciding
	}
	riskBody struct {
		When
		Risking
	}
	policeBody struct {
		When
		PoliceReport
	}
	handingOverBody struct {
		now
		HandingOver
	}
	disclosingBody struct {
		now
		Disclosing
	}
	noteAskingBody struct {
		now
		NoteAsking
	}
	noteDecisionBody struct {
		now
		NoteDecision
	}
	withdrawBody struct {
		When
		Statement string `json:"statement,omitempty" doc:"The applicant's words"`
	}
	reasonBody struct {
		When
		Reason string `json:"reason"`
	}
	transferBody struct {
		When
		Offering
	}
	acceptTransferBody struct {
		When
		Accepting
	}
	reconsiderBody struct {
		When
		Reconsidering
	}
)

// Welcome gives a party who came by code a session for its one case; the room of accounts does.
type Welcome func(ctx context.Context, v Visitor) (token string, expires time.Time, err error)

// Routes mounts the API of cases.
func (s *Service) Routes(a *rest.API, welcome Welcome) {
	s.readRoutes(a)
	s.accessRoutes(a, welcome)
	s.intakeEvents(a)
	s.mediationEvents(a)
	s.endEvents(a)
	s.correctionEvents(a)
	s.courtEvents(a)
	s.partyEvents(a)
	s.handOverRoutes(a)
}

func (s *Service) courtEvents(a *rest.API) {
	event(a, ApplyConfirmation, "登记司法确认申请", "Record an application for judicial confirmation", func(ctx context.Context, g authz.Grant, o Order, b confirmationBody) (View, error) {
		return s.ApplyConfirmation(ctx, g, o, b.ConfirmationIn)
	})
	event(a, RecordConfirmation, "登记司法确认结果", "Record what the court did with it", func(ctx context.Context, g authz.Grant, o Order, b confirmedBody) (View, error) {
		return s.RecordConfirmation(ctx, g, o, b.Confirmed)
	})
	event(a, Repudiate, "登记反悔、起诉或强制执行", "Record a suit over the agreement, or its enforcement", func(ctx context.Context, g authz.Grant, o Order, b repudiationBody) (View, error) {
		return s.Repudiate(ctx, g, o, b.Repudiation)
	})
	event(a, Remediate, "重新调解", "Mediate a finished case again", func(ctx context.Context, g authz.Grant, o Order, b remedyBody) (View, error) {
		return s.Remediate(ctx, g, o, b.Remedy)
	})
	event(a, Correct, "更正归档案件", "Ask for a correction of an archived case, or decide on one", func(ctx context.Context, g authz.Grant, o Order, b correctBody) (View, error) {
		return s.Correct(ctx, g, o, b.Correcting)
	})
}

func (s *Service) partyEvents(a *rest.API) {
	event(a, AddParty, "增加当事人", "Add a party", func(ctx context.Context, g authz.Grant, o Order, b addingBody) (View, error) {
		return s.AddParty(ctx, g, o, b.Adding)
	})
	event(a, RemoveParty, "移除当事人", "Remove a party", func(ctx context.Context, g authz.Grant, o Order, b removingBody) (View, error) {
		return s.RemoveParty(ctx, g, o, b.Removing)
	})
	event(a, DecideConflict, "决定是否回避", "Decide on a tie that was found", func(ctx context.Context, g authz.Grant, o Order, b decidingBody) (View, error) {
		return s.DecideConflict(ctx, g, o, b.Deciding)
	})
	event(a, AddHelper, "登记代理人、监护人、陪同人或翻译", "Name an agent, guardian, companion or interpreter", func(ctx context.Context, g authz.Grant, o Order, b helperBody) (View, error) {
		return s.AddHelper(ctx, g, o, b.HelperIn)
	})
	event(a, EndHelper, "结束代理、监护、陪同或翻译", "End what somebody was to a party", func(ctx context.Context, g authz.Grant, o Order, b helperEndBody) (View, error) {
		return s.EndHelper(ctx, g, o, b.HelperEnd)
	})
	event(a, RecordProperty, "登记物业事项", "Record an owners' vote or a common income", func(ctx context.Context, g authz.Grant, o Order, b propertyBody) (View, error) {
		return s.RecordProperty(ctx, g, o, b.PropertyFacts)
	})
	event(a, NameMediator, "选调解员", "Name the mediator whom a party would like", func(ctx context.Context, g authz.Grant, o Order, b namingBody) (View, error) {
		return s.NameMediator(ctx, g, o, b.Naming)
	})
	event(a, RecordNeeds, "登记当事人需要", "Record what a party needs", func(ctx context.Context, g authz.Grant, o Order, b needsBody) (View, error) {
		return s.RecordNeeds(ctx, g, o, b.Needs)
	})
	s.referralRoutes(a)
}

func (s *Service) intakeEvents(a *rest.API) {
	event(a, AskConsent, "开始征求当事人意见", "Begin asking the parties", func(ctx context.Context, g authz.Grant, o Order, _ bare) (View, error) {
		return s.AskConsent(ctx, g, o)
	})
	event(a, RecordConsent, "记录当事人是否同意", "Record a party's answer", func(ctx context.Context, g authz.Grant, o Order, b consentBody) (View, error) {
		return s.RecordConsent(ctx, g, o, b.Answer)
	})
	event(a, Accept, "受理", "Accept the case", func(ctx context.Context, g authz.Grant, o Order, _ bare) (View, error) {
		return s.Accept(ctx, g, o)
	})
	event(a, RefuseAcceptance, "不予受理", "Refuse acceptance", func(ctx context.Context, g authz.Grant, o Order, b refusalBody) (View, error) {
		return s.RefuseAcceptance(ctx, g, o, b.Refusal)
	})
	event(a, Assign, "指派或由当事人选择调解员", "Assign mediators, or record whom the parties chose", func(ctx context.Context, g authz.Grant, o Order, b assignBody) (View, error) {
		return s.Assign(ctx, g, o, b.Assignment)
	})
	event(a, RequestRecusal, "要求回避", "Request that a mediator withdraw", func(ctx context.Context, g authz.Grant, o Order, b recusalBody) (View, error) {
		return s.RequestRecusal(ctx, g, o, b.Recusal)
	})
}

func (s *Service) mediationEvents(a *rest.API) {
	event(a, GiveNotice, "告知权利义务", "Tell parties their rights and duties", func(ctx context.Context, g authz.Grant, o Order, b noticeBody) (View, error) {
		return s.GiveNotice(ctx, g, o, b.Notice)
	})
	event(a, ScheduleSession, "预约、改期或取消一次调解", "Arrange, move or cancel a session", func(ctx context.Context, g authz.Grant, o Order, b appointingBody) (View, error) {
		return s.ScheduleSession(ctx, g, o, b.Appointing)
	})
	event(a, OpenSession, "记录一次调解", "Record a session", func(ctx context.Context, g authz.Grant, o Order, b sittingBody) (View, error) {
		if b.Points == nil { // left out is none of them
			b.Points = []string{}
		}
		return s.OpenSession(ctx, g, o, b.Sitting)
	})
	event(a, Extend, "延长期限", "Extend the mediation", func(ctx context.Context, g authz.Grant, o Order, b extensionBody) (View, error) {
		return s.Extend(ctx, g, o, b.Extension)
	})
	event(a, Pause, "暂停", "Pause the mediation", func(ctx context.Context, g authz.Grant, o Order, b pauseBody) (View, error) {
		return s.Pause(ctx, g, o, b.Pausing)
	})
	event(a, Resume, "恢复", "Resume the mediation", func(ctx context.Context, g authz.Grant, o Order, _ bare) (View, error) {
		return s.Resume(ctx, g, o)
	})
	event(a, FixAgreement, "定稿书面协议", "Fix the text of a written agreement", func(ctx context.Context, g authz.Grant, o Order, b agreementBody) (View, error) {
		return s.FixAgreement(ctx, g, o, b.DraftAgreement)
	})
	event(a, Sign, "签名或盖章", "Sign or seal the agreement", func(ctx context.Context, g authz.Grant, o Order, b signBody) (View, error) {
		return s.Sign(ctx, g, o, b.Signing)
	})
	event(a, ReopenAgreement, "退回修改协议", "Take the text back; signatures are void", func(ctx context.Context, g authz.Grant, o Order, b reasonBody) (View, error) {
		return s.ReopenAgreement(ctx, g, o, b.Reason)
	})
	event(a, MakeOral, "登记口头协议", "Record an oral agreement", func(ctx context.Context, g authz.Grant, o Order, b agreementBody) (View, error) {
		return s.OralAgreement(ctx, g, o, b.DraftAgreement)
	})
	event(a, RecordPerform, "记录履行情况", "Record performance", func(ctx context.Context, g authz.Grant, o Order, b performedBody) (View, error) {
		return s.RecordPerformance(ctx, g, o, b.Performed)
	})
	event(a, FollowUp, "记录回访", "Record a follow-up visit", func(ctx context.Context, g authz.Grant, o Order, b visitBody) (View, error) {
		return s.FollowUp(ctx, g, o, b.VisitIn)
	})
}

func (s *Service) endEvents(a *rest.API) {
	event(a, Terminate, "终止调解", "End without agreement", func(ctx context.Context, g authz.Grant, o Order, b terminationBody) (View, error) {
		return s.Terminate(ctx, g, o, b.Termination)
	})
	event(a, Withdraw, "撤回申请", "Withdraw the application", func(ctx context.Context, g authz.Grant, o Order, b withdrawBody) (View, error) {
		return s.Withdraw(ctx, g, o, b.Statement)
	})
	event(a, RequestEnd, "要求终止", "A party ends the mediation", func(ctx context.Context, g authz.Grant, o Order, b endingBody) (View, error) {
		return s.RequestEnd(ctx, g, o, b.Ending)
	})
	event(a, Reconsider, "改变主意", "A party changes its mind", func(ctx context.Context, g authz.Grant, o Order, b reconsiderBody) (View, error) {
		return s.Reconsider(ctx, g, o, b.Reconsidering)
	})
	event(a, Close, "结案", "Close the case", func(ctx context.Context, g authz.Grant, o Order, _ bare) (View, error) {
		return s.Close(ctx, g, o)
	})
	event(a, Archive, "归档", "Archive the dossier", func(ctx context.Context, g authz.Grant, o Order, b archiveBody) (View, error) {
		return s.Archive(ctx, g, o, b.Archiving)
	})
}

func (s *Service) correctionEvents(a *rest.API) {
	event(a, Amend, "更正登记内容", "Amend what is registered", func(ctx context.Context, g authz.Grant, o Order, b amendBody) (View, error) {
		return s.Amend(ctx, g, o, b.Amendment)
	})
	event(a, Retract, "撤销一条误记", "Retract a wrong entry", func(ctx context.Context, g authz.Grant, o Order, b retractBody) (View, error) {
		return s.Retract(ctx, g, o, b.Retraction)
	})
	event(a, Reroute, "改派调委会", "Hand to another committee before acceptance", func(ctx context.Context, g authz.Grant, o Order, b rerouteBody) (View, error) {
		return s.Reroute(ctx, g, o, b.Rerouting)
	})
	event(a, OfferTransfer, "商请移交或联合调解", "Offer the case to another committee, or ask it to join", func(ctx context.Context, g authz.Grant, o Order, b transferBody) (View, error) {
		return s.Transfer(ctx, g, o, b.Offering)
	})
	event(a, AcceptTransfer, "同意接收或参加", "Accept a case that was offered", func(ctx context.Context, g authz.Grant, o Order, b acceptTransferBody) (View, error) {
		return s.AcceptTransfer(ctx, g, o, b.Accepting)
	})
	event(a, DeclineTransfer, "不同意接收，或撤回商请", "Decline an offer, or withdraw one's own", func(ctx context.Context, g authz.Grant, o Order, b reasonBody) (View, error) {
		return s.DeclineTransfer(ctx, g, o, Declining{Reason: b.Reason})
	})
	event(a, AssessRisk, "研判风险", "Assess the risk", func(ctx context.Context, g authz.Grant, o Order, b riskBody) (View, error) {
		return s.AssessRisk(ctx, g, o, b.Risking)
	})
	event(a, ReportPolice, "记录报告公安", "Record a report to the police", func(ctx context.Context, g authz.Grant, o Order, b policeBody) (View, error) {
		return s.ReportPolice(ctx, g, o, b.PoliceReport)
	})
}

type fileIn struct{ Body Filing }

// How often one client may file, and try codes, before it is slowed and then refused: many residents share one address.
var (
	filingRate = rest.Rate{PerSecond: 0.5, Burst: 30, Wait: 3 * time.Second}
	accessRate = rest.Rate{PerSecond: 0.3, Burst: 20, Wait: 3 * time.Second}
)

func (s *Service) readRoutes(a *rest.API) {
	rest.Handle(a, "POST", "/cases", "case.file", func(ctx context.Context, g authz.Grant, in *fileIn) (*rest.Made[Filed], error) {
		f, err := s.FileWith(ctx, g, in.Body, Along{Address: rest.Client(ctx)})
		f.View = f.View.In(rest.Lang(ctx))
		out := rest.MakeAnswer("/cases/"+f.ID.String(), f.Version, f)
		if f.Held != nil { // 202: it was received, and there is no case to look at yet
			out.Status, out.Location = 202, ""
		}
		return out, err
	}, rest.Says("提交纠纷", "File a dispute"), rest.Throttled(rest.NewThrottle(filingRate, s.db.Now)))
	rest.Handle(a, "GET", "/cases", "case.list", func(ctx context.Context, g authz.Grant, in *listIn) (*rest.Listed[Line], error) {
		var after ident.ID
		if _, err := in.After(ctx, &after); err != nil {
			return nil, err
		}
		lines, next, err := s.List(ctx, g, in.filter(after))
		if err != nil {
			return nil, err
		}
		if next.IsZero() {
			return rest.List(ctx, lines, nil)
		}
		return rest.List(ctx, lines, &next)
	}, rest.Says("案件列表", "List cases"))
	s.searching(a)
	rest.Handle(a, "GET", "/cases/{id}", "case.read", func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Seen[View], error) {
		v, err := s.See(ctx, g, in.ID)
		return rest.See(v.Version, v.In(rest.Lang(ctx))), err
	}, rest.Says("案件详情", "Read a case"))
	rest.Handle(a, "GET", "/cases/{id}/timeline", "case.timeline", func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Listed[Happened], error) {
		items, err := s.Timeline(ctx, g, in.ID)
		if err != nil {
			return nil, err
		}
		return rest.List(ctx, items, nil)
	}, rest.Says("办理过程", "What happened"))
	rest.Handle(a, "GET", "/rights-notice", "registry.read", func(ctx context.Context, _ authz.Grant, _ *struct{}) (*rest.Seen[Notified], error) {
		return rest.See(0, noticeIn(rest.Lang(ctx))), nil
	}, rest.Says("权利义务告知", "What parties are told before mediation"))
	s.receiptRoutes(a)
	s.messageRoutes(a)
	s.fileRoutes(a)
	s.calendarRoute(a)
	s.noteRoutes(a)
}

type noteIn struct {
	ID      ident.ID `path:"id"`
	Session ident.ID `path:"session"`
}

type noteOut struct{ Body NoteView }

func (s *Service) noteRoutes(a *rest.API) {
	rest.Handle(a, "GET", "/cases/{id}/sessions/{session}/note", "case.read_note", func(ctx context.Context, g authz.Grant, in *noteIn) (*noteOut, error) {
		n, err := s.ReadNote(ctx, g, in.ID, in.Session)
		return &noteOut{n}, err
	}, rest.Says("阅读单方会谈笔录（限在场调解员）", "Read the note of a caucus, as a mediator who was present"))
	rest.Handle(a, "POST", "/cases/{id}/sessions/{session}/break-glass", "case.break_glass", func(ctx context.Context, g authz.Grant, in *noteIn) (*noteOut, error) {
		n, err := s.BreakGlass(ctx, g, in.ID, in.Session)
		return &noteOut{n}, err
	}, rest.Says("经另一人同意，破例阅读一次", "Read it once by another person's approval"))
	event(a, HandOverNote, "经当事人同意交接笔录", "Hand a note over with its party's consent", func(ctx context.Context, g authz.Grant, o Order, b handingOverBody) (View, error) {
		return s.HandOverNote(ctx, g, o, b.HandingOver)
	})
	event(a, DiscloseNote, "经当事人同意公开笔录内容", "Disclose from a note with its party's consent", func(ctx context.Context, g authz.Grant, o Order, b disclosingBody) (View, error) {
		return s.DiscloseNote(ctx, g, o, b.Disclosing)
	})
	event(a, RequestNote, "申请破例阅读或销毁", "Ask to read a note in spite of the wall, or to destroy its key", func(ctx context.Context, g authz.Grant, o Order, b noteAskingBody) (View, error) {
		return s.RequestNote(ctx, g, o, b.NoteAsking)
	})
	event(a, DecideNote, "决定破例阅读或销毁", "Decide on such a request", func(ctx context.Context, g authz.Grant, o Order, b noteDecisionBody) (View, error) {
		return s.DecideNote(ctx, g, o, b.NoteDecision)
	})
}

type appointmentIn struct {
	ID          ident.ID `path:"id"`
	Appointment ident.ID `path:"appointment"`
}

func (s *Service) calendarRoute(a *rest.API) {
	rest.Handle(a, "GET", "/cases/{id}/appointments/{appointment}/calendar", "case.calendar", func(ctx context.Context, g authz.Grant, in *appointmentIn) (*rest.Stream, error) {
		text, err := s.CalendarFile(ctx, g, in.ID, in.Appointment, rest.Lang(ctx))
		if err != nil {
			return nil, err
		}
		return rest.Download("appointment.ics", "text/calendar; charset=utf-8", func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}), nil
	}, rest.Says("预约的日历文件", "An appointment for one's own calendar"))
}

// Notified is the notice of rights and duties in a language.
type Notified struct {
	Parts []NotifiedPart `json:"parts"`
}

// NotifiedPart is one part of it.
type NotifiedPart struct {
	Title string   `json:"title"`
	Items []string `json:"items"`
}

func noticeIn(lang string) (out Notified) {
	for _, p := range RightsNotice {
		part := NotifiedPart{Title: p.Title.In(lang)}
		for _, i := range p.Items {
			part.Items = append(part.Items, i.In(lang))
		}
		out.Parts = append(out.Parts, part)
	}
	return out
}

type attachIn struct {
	ID ident.ID `path:"id"`
	rest.Upload
}

type attachmentIn struct {
	ID         ident.ID `path:"id"`
	Attachment ident.ID `path:"attachment"`
}

func (s *Service) fileRoutes(a *rest.API) {
	rest.Handle(a, "POST", "/cases/{id}/attachments", "case.attach", func(ctx context.Context, g authz.Grant, in *attachIn) (*rest.Made[Attached], error) {
		name, body, err := in.File("file")
		if err != nil {
			return nil, err
		}
		defer body.Close()
		kind := in.Value("kind")
		if kind == "" {
			kind = "99"
		}
		out, err := s.AddFile(ctx, g, in.ID, Attachment{Name: name, Kind: kind, Paper: in.Value("paper"), Shared: in.Value("shared") == "true", Body: body})
		return rest.MakeAnswer("/cases/"+in.ID.String()+"/attachments/"+out.ID.String(), 0, out), err
	}, rest.Says("上传材料", "Attach a file"))
	rest.Handle(a, "GET", "/cases/{id}/attachments/{attachment}", "case.attachment", func(ctx context.Context, g authz.Grant, in *attachmentIn) (*rest.Stream, error) {
		body, about, err := s.OpenFile(ctx, g, in.ID, in.Attachment)
		if err != nil {
			return nil, err
		}
		return rest.Download(about.Name, about.MediaType, func(w io.Writer) error {
			defer body.Close()
			_, err := io.Copy(w, body)
			return err
		}), nil
	}, rest.Says("下载材料", "Download a file"))
}

type enterIn struct {
	Body struct {
		Reference string `json:"reference"`
		Code      string `json:"code"`
	}
}

// Entered is a party's session by access code.
type Entered struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires_at"`
	CaseID  ident.ID  `json:"case_id"`
	PartyID ident.ID  `json:"party_id"`
	Part    string    `json:"part"`
	Helper  ident.ID  `json:"helper_id,omitempty,omitzero" doc:"Whoever came for the party by a code of their own"`
}

type inviteIn struct {
	ID   ident.ID `path:"id"`
	Body Invitation
}

type revealIn struct {
	ID   ident.ID `path:"id"`
	Body Revealing
}

// Sent says where a code went, masked.
type Sent struct {
	SentTo string `json:"sent_to"`
}

func (s *Service) accessRoutes(a *rest.API, welcome Welcome) {
	pace := rest.NewThrottle(accessRate, s.db.Now)
	rest.Handle(a, "POST", "/access", "access.open", func(ctx context.Context, _ authz.Grant, in *enterIn) (*rest.Made[Entered], error) {
		v, err := s.Enter(ctx, Key{Reference: in.Body.Reference, Code: in.Body.Code, Address: rest.Client(ctx)})
		if err != nil {
			return nil, err
		}
		token, expires, err := welcome(ctx, v)
		out := Entered{Token: token, Expires: expires, CaseID: v.Case, PartyID: v.Party, Part: string(v.Part), Helper: v.Helper}
		return rest.MakeAnswer("/cases/"+v.Case.String(), 0, out), err
	}, rest.Says("凭编号和查询码进入", "Enter by reference and code"), rest.Throttled(pace))
	rest.Handle(a, "POST", "/cases/{id}/invitations", "case.invite", func(ctx context.Context, g authz.Grant, in *inviteIn) (*rest.Made[Invited], error) {
		out, err := s.Invite(ctx, g, in.ID, in.Body)
		return rest.MakeAnswer("/cases/"+in.ID.String(), 0, out), err
	}, rest.Says("邀请当事人", "Invite a party"))
	rest.Handle(a, "POST", "/cases/{id}/reveal", "case.reveal", func(ctx context.Context, g authz.Grant, in *revealIn) (*rest.Seen[Revealed], error) {
		out, err := s.Reveal(ctx, g, in.ID, in.Body)
		return rest.See(0, out), err
	}, rest.Says("查看当事人的完整信息（写明理由，留记录）", "See what is masked of a party, with a reason that is recorded"))
	rest.Handle(a, "POST", "/cases/{id}/signing-codes", "case.signing_code", func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Made[Sent], error) {
		to, err := s.SendSigningCode(ctx, g, in.ID)
		return rest.MakeAnswer("/cases/"+in.ID.String(), 0, Sent{SentTo: to}), err
	}, rest.Says("发送签署验证码", "Send a code for signing"), rest.Throttled(rest.NewThrottle(accessRate, s.db.Now)))
}
