// Package report counts cases as the official tables do. It reads rows within the reader's grant and writes no case;
// every figure says where its cases are listed, and every rate what it is a part of.
package report

import "fengqiao/internal/db"

// Service answers reports.
type Service struct{ db *db.Store }

// New makes a Service.
func New(store *db.Store) *Service { return &Service{db: store} }
