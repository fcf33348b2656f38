package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/receipt"
	"fengqiao/internal/rest"
)

func (s *Service) receiptRoutes(a *rest.API) {
	rest.Handle(a, "GET", "/cases/{id}/receipt", "case.read", func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Seen[receipt.Receipt], error) {
		out, err := s.Receipt(ctx, g, in.ID)
		return rest.See(out.Version, out), err
	}, rest.Says("办理凭证（可离线核验）", "The signed receipt of a case's record, verified offline"))
	rest.Handle(a, "GET", "/receipt-keys", "registry.read", func(context.Context, authz.Grant, *struct{}) (*rest.Seen[receipt.Published], error) {
		return rest.See(0, s.ReceiptKeys()), nil
	}, rest.Says("凭证公钥", "Public keys of receipts"))
}
