// Package websub hears of new letters at once instead of asking for them: a
// subscriber as the W3C Recommendation WebSub (23 January 2018) has it, and the
// word of a publisher to its hubs.
//
// [Discover] says what a feed's hubs and its topic are. A [Follower] subscribes
// to the topics of feeds, answers their hubs below its PublicURL as an http.Handler,
// renews leases before they end, and remembers what it has to in a [Memory]. [Ping]
// tells a hub that a feed of our own changed.
//
// # What a push is worth
//
// A push whose signature is right comes from the hub: nobody else knows the secret.
// What the hub says of a topic is not what the topic's server says, and a feed may name
// a hub and a self link as it likes. So a push is best taken as word that a feed is
// due, and the feed fetched from its own server.
//
// # What is refused
//
//   - A hub or a callback without TLS: the secret would be for all to read.
//   - Hubs in private networks, also after a redirect, as [fetch.Transport] refuses
//     them. Redirects are followed if they keep the method (307, 308) and lead to https.
//   - A verification of what was not asked, or was answered before: 404.
//   - A push without a signature, with a wrong one or one of an unknown method. It
//     is answered as if it were right (section 7.1), so that nobody learns from
//     trying. sha1 is taken from a hub that never used anything better.
//     Without a signature that could be right its body is not read.
//   - A push that came before, word for word; a body that is too large, or that does
//     not come within 10 s.
//
// # What one hub costs another
//
// Nothing. A hub is a host: each has one seat for pushes, for which its others wait a
// little, and is asked for one subscription at a time, beside the other hubs. What
// a hub says when it refuses is not kept: it may repeat the secret.
package websub
