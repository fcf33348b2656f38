package account

// StepOf is for the vectors of RFC 6238.
var StepOf = stepOf
