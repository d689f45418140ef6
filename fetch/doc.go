// Package fetch asks servers for feeds: politely, within limits, and only where
// anybody may ask.
//
// [Feed] is for a program that wants one feed and nothing else. A [Client] is for
// one that comes again: it is handed the [State] of the last request and returns
// the next, with the validators that make an unchanged feed cost nothing, and the
// time when the feed is due.
//
// # How a server is asked
//
// One request to a host at a time, with a pause after it, however many feeds it
// has ([Limits]). A feed is asked for again when its server and the feed itself
// allow it: Cache-Control and Expires (RFC 9111), Retry-After (RFC 9110, section
// 10.2.3), ttl, skipHours and skipDays of RSS, the syndication module's
// updatePeriod, within a [Policy]. Conditions (RFC 9110, section 13) go only to
// the address that their validators came from, byte for byte. One that fails is
// asked after a time that doubles.
//
// # What a server may send
//
// So many bytes over the wire and after decompression, at some speed, in some
// time, after some redirects ([Limits]); more is an error. Redirects are followed
// from http to https and never back; permanent ones are trusted after three days.
// A header or a password that the caller gives goes to the host that it named, and
// to no other.
//
// # Where it doesn't go
//
// Addresses that are not of the public internet are refused when the connection is
// made, after the name was resolved and after each redirect: [ErrPrivateAddress].
//
// # Words
//
//   - A request is for one feed. It may take several exchanges: redirects, a home
//     page and the feed that it links to.
//   - An exchange is what goes to a server and what comes back, once.
//   - An outcome is what a request ended in.
//   - A state is what is remembered of a feed between requests.
//   - A rest is the time for which a host asked to be left alone.
//   - A chain is where redirects led from one address.
//   - A move is a permanent redirect that is not trusted yet.
package fetch
