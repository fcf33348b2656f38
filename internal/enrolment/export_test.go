package enrolment

// Reads lets tests stand in for somebody whose table is being read, until it is told that it was.
func (s *Service) Reads() (read func()) {
	s.reading <- struct{}{}
	return func() { <-s.reading }
}
