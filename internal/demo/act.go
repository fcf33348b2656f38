package demo

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
)

// act is what an act of the casework room is called with.
type act struct {
	ctx context.Context
	g   authz.Grant
	o   casework.Order
}
