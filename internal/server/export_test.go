package server

import "net/http"

// Handle adds a route for a test.
func (s *Server) Handle(pattern string, h http.HandlerFunc) { s.router.HandleFunc(pattern, h) }
