# make check is what .ci/run runs.
.PHONY: check test bench image

check:
	gofmt -l . | (! grep .)
	go vet ./...
	CGO_ENABLED=0 go build -trimpath -o dist/oshirase ./cmd/oshirase
	go test -race -shuffle=on ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...

image:
	docker build --tag oshirase .
