package configs

import (
	"fmt"
	"net/netip"

	"go.yaml.in/yaml/v3"
)

// networks decodes false, true, one network or a list.
func (d *decoder) networks(s Section) Networks {
	node := s.node()
	if node == nil {
		return Networks{}
	}
	if node.Kind == yaml.ScalarNode && (node.Value == "true" || node.Value == "false") {
		return Networks{All: node.Value == "true"}
	}
	var texts []string
	if faults := s.Decode(&texts); len(faults) > 0 {
		d.faults = append(d.faults, faults...)
		return Networks{}
	}
	var list []netip.Prefix
	for i, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if addr, addrErr := netip.ParseAddr(text); addrErr == nil {
			prefix, err = netip.PrefixFrom(addr.WithZone(""), addr.BitLen()), nil
		}
		if err != nil {
			at, path := node, s.path
			if node.Kind == yaml.SequenceNode {
				at, path = node.Content[i], fmt.Sprintf("%s[%d]", s.path, i)
			}
			d.fault(at, path, "%q is no network: write true, false, or networks such as 10.0.0.0/8", text)
			continue
		}
		list = append(list, prefix.Masked())
	}
	return Networks{List: list}
}
