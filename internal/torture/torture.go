// Package torture ends the real program, its database and its disk in the middle of their work, and compares what clients
// were told with what is there afterwards. Every run of the tests does a little of it; make torture does it for hours and
// prints its figures.
package torture
