package page

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
)

// Prover takes a fresh proof of who somebody is.
type Prover interface {
	// HasFactor tells whether a code of a second factor is a proof too.
	HasFactor(ctx context.Context, by actor.Actor) (bool, error)
	// Prove confirms the session by which somebody acts by password or code. Faults: Invalid at password or code, TooMany.
	Prove(ctx context.Context, by actor.Actor, password, code, address string) error
}

// The fields of a proof that comes with a form; the form itself goes on without them.
const (
	proofPassword = "_password"
	proofCode     = "_code"
)

// late is a form that came after the time in which a proof is fresh. It lies nowhere but in the page that asks for the proof,
// and goes on from there to where it was going.
type late struct {
	To     string // where the form goes
	Kept   []pair
	Factor bool // a code is a proof too
}

type pair struct{ Name, Value string }

// comesLate tells whether nothing but a fresh proof is missing to a form that can be carried along. Files cannot.
func (s *Site) comesLate(rt Route, err error) bool {
	return err != nil && s.o.Proof != nil && rt.Method == http.MethodPost && !rt.uploads && fault.Of(err).Code == authz.CodeStepUp
}

// proof is what came with a form to show who sent it.
type proof struct{ password, code string }

// takeProof takes it out of the form, which is the same with and without: sent twice it is one act.
func (r *Request) takeProof() (p *proof) {
	if r.form.Has(proofPassword) || r.form.Has(proofCode) {
		p = &proof{r.form.Get(proofPassword), r.Form(proofCode)}
		r.form.Del(proofPassword)
		r.form.Del(proofCode)
	}
	return p
}

// prove takes the proof that came with a form, or has it asked for; missing is the fault that says so.
func (s *Site) prove(r *Request, by actor.Actor, p *proof, missing error) error {
	err := missing
	if p != nil {
		if err = s.o.Proof.Prove(r.Context(), by, p.password, p.code, r.Address()); err == nil {
			return nil
		}
		if again, gone := s.o.Session(r.Context(), r.Token()); gone == nil && again.Fresh { // the same was sent a moment ago, and its code is used
			return nil
		}
	}
	l := &late{To: r.c.Request().URL.RequestURI()}
	for name, values := range r.form {
		for _, v := range values {
			l.Kept = append(l.Kept, pair{name, v})
		}
	}
	slices.SortStableFunc(l.Kept, func(a, b pair) int { return strings.Compare(a.Name, b.Name) }) // what has one name keeps its order
	var unknown error
	if l.Factor, unknown = s.o.Proof.HasFactor(r.Context(), by); unknown != nil {
		return unknown
	}
	r.view.late = l
	return err
}

// askProof draws the page that asks for the proof, with the form in it.
func (s *Site) askProof(c echo.Context, v *View, f *fault.Fault) error {
	status := http.StatusForbidden
	if f.Code != authz.CodeStepUp {
		at := *f
		at.Fields = slices.Clone(f.Fields)
		for i := range at.Fields {
			at.Fields[i].At = "_" + at.Fields[i].At
		}
		v.blame(&at)
		status = formStatus(f)
	}
	v.Data, v.query = v.late, url.Values{}
	return s.draw(c, v, status, "proof")
}
