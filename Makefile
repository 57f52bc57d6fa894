# make check is what .ci/run runs.
.PHONY: check test bench image

check:
	gofmt -l . | (! grep .)
	go vet ./...
	CGO_ENABLED=0 go build -trimpath -o dist/oshirase ./cmd/oshirase
	go test -race -shuffle=on -p 1 ./... # one package at a time: under the race detector PDFium compiles for a minute, and tests of deadlines need the cores
	go test ./classifier/train # with what the race detector makes too slow

bench:
	go test -run '^$$' -bench . -benchmem ./...

image:
	docker build --tag oshirase .
