package faultserver

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

// A Fault is a feed whose server does one wrong thing.
type Fault struct {
	Host string // its name
	Ends []End  // visit by visit; the last one also stands for those after it
	Home bool   // the feed is known by its home page

	// What a run of an aggregator makes of it, run by run.
	Reports []End      // where it is not what the visit ended in
	Letters [][]string // titles in the newsletter; none if nil

	serve func(w http.ResponseWriter, r *http.Request, visit int)
	https bool
}

// An End is what a visit ends in.
type End struct {
	Status string
	Says   string // part of what the report says went wrong
}

// What a visit may end in, as package fetch has it.
const (
	NotDue      = "not due"
	NotModified = "not modified"
	SameBody    = "same body"
	Fetched     = "fetched"
	Failed      = "failed"
	Gone        = "gone"
)

func (s *Server) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.stop:
	}
}

// A Server is all servers in one: the request's host says which.
type Server struct {
	*httptest.Server
	tls    *httptest.Server
	stop   chan struct{} // ends what hangs
	mu     sync.Mutex
	visits map[string]int
	Faults []Fault
}
