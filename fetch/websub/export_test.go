package websub

// What tests of hubs from outside look at.
type Subscriber = subscriber

var (
	ErrPlain   = errPlain
	ErrRefused = errRefused
)

// Active says whether a hub confirmed that it pushes a topic, and its lease is
// not over.
func (s *subscriber) Active(topic string) bool {
	for _, sub := range s.Subscriptions() {
		if sub.Topic == topic && isActive(&sub, s.now()) {
			return true
		}
	}
	return false
}
