package notifier

// memory is a map that forgets its oldest entries. It is not safe for
// concurrent use.
type memory[V any] struct {
	limit  int
	values map[string]V
	order  []string // keys, oldest first
}

func newMemory[V any](limit int) *memory[V] {
	return &memory[V]{limit: limit, values: make(map[string]V)}
}

func (m *memory[V]) get(key string) (V, bool) {
	v, ok := m.values[key]
	return v, ok
}

func (m *memory[V]) put(key string, v V) {
	if _, ok := m.values[key]; !ok {
		if len(m.order) == m.limit {
			delete(m.values, m.order[0])
			m.order = m.order[1:]
		}
		m.order = append(m.order, key)
	}
	m.values[key] = v
}

func (m *memory[V]) forget(key string) {
	if _, ok := m.values[key]; !ok {
		return
	}
	delete(m.values, key)
	for i, k := range m.order {
		if k == key {
			m.order = append(m.order[:i:i], m.order[i+1:]...)
			return
		}
	}
}
