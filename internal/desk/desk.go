// Package desk is where those who mediate, and those who look over them, work cases: plain pages that say what is to be
// done next, the list of cases, one case, and a form for each step of its life. Every act is the cases' own.
package desk

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/duty"
	"fengqiao/internal/holding"
	"fengqiao/internal/review"
)

// Service serves the desk's pages over the cases.
type Service struct {
	cases  *casework.Service
	store  *db.Store
	policy *authz.Policy
	duty   *duty.Service
	review *review.Service
	held   *holding.Service
}

// New makes a Service.
func New(cases *casework.Service, store *db.Store, policy *authz.Policy, duty *duty.Service, review *review.Service, held *holding.Service) *Service {
	return &Service{cases: cases, store: store, policy: policy, duty: duty, review: review, held: held}
}
