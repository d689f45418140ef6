package parse

import (
	"github.com/automationregion/newsletter/internal/namespace"
)

// schemaOrg are the elements of schema.org, for what no other element carries.
var schemaOrg = map[string]rule{
	"identifier":    {read: func(d *Decoder, p *page) { p.id.set(idSchema, d.id()) }},
	"author":        {read: func(d *Decoder, p *page) { d.person(p, authorSchema) }},
	"ispartof":      {read: schemaIsPartOf},
	"datepublished": {read: func(d *Decoder, p *page) { d.date(&p.published, publishedSchema) }},
	"datemodified":  {read: func(d *Decoder, p *page) { d.date(&p.updated, updatedSchema) }},
}

// sourceRows are the elements of schema:isPartOf.
var sourceRows = within{space: namespace.Schema, rows: map[string]rule{
	"identifier":   {read: func(d *Decoder, p *page) { p.id.set(idSchema, d.id()) }},
	"name":         {read: func(d *Decoder, p *page) { p.title.set(passage{value: d.line(), sure: true, rank: textSchema}) }},
	"url":          {read: func(d *Decoder, p *page) { p.url.set(urlOriginal, d.url()) }},
	"contenturl":   {read: func(d *Decoder, p *page) { p.self = d.url() }},
	"datemodified": {read: func(d *Decoder, p *page) { d.date(&p.updated, updatedSchema) }},
}}

func schemaIsPartOf(d *Decoder, p *page) { d.walk(&sourceRows, p.sourcePage()) }
