package model

import (
	"streamex/ent"
	"streamex/graph/relay"
)

// The connections of the schema: one generic type for all.
type (
	PageInfo             = relay.PageInfo
	TitleConnection      = relay.Connection[Title]
	TitleEdge            = relay.Edge[Title]
	EpisodeConnection    = relay.Connection[*ent.Episode]
	EpisodeEdge          = relay.Edge[*ent.Episode]
	CreditConnection     = relay.Connection[*ent.Credit]
	CreditEdge           = relay.Edge[*ent.Credit]
	PersonConnection     = relay.Connection[*ent.Person]
	PersonEdge           = relay.Edge[*ent.Person]
	CharacterConnection  = relay.Connection[*ent.Character]
	CharacterEdge        = relay.Edge[*ent.Character]
	UserConnection       = relay.Connection[*ent.User]
	UserEdge             = relay.Edge[*ent.User]
	AuditEntryConnection = relay.Connection[*AuditEntry]
	AuditEntryEdge       = relay.Edge[*AuditEntry]
	HomeRowConnection    = relay.Connection[*HomeRow]
	HomeRowEdge          = relay.Edge[*HomeRow]
	HomeItemConnection   = relay.Connection[*HomeItem]
	HomeItemEdge         = relay.Edge[*HomeItem]
	JobConnection        = relay.Connection[*ent.Job]
	JobEdge              = relay.Edge[*ent.Job]
)
