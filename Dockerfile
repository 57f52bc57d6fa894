# syntax=docker/dockerfile:1

# The build stage needs a Go toolchain and CA certificates, nothing else.
ARG BUILD_IMAGE=docker.io/library/golang:1.26-bookworm
FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ENV CGO_ENABLED=0
RUN go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/oshirase ./cmd/oshirase
# The image has no shell to make the data directory with.
RUN mkdir -p /out/data && cp /etc/ssl/certs/ca-certificates.crt /out/ca-certificates.crt

# Time zones are inside the binary (time/tzdata).
FROM scratch
COPY --from=build /out/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/oshirase /oshirase
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
# The root file system may be read-only: /data is all that is written to.
ENV OSHIRASE_DATA_DIR=/data TMPDIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/oshirase", "healthcheck"]
ENTRYPOINT ["/oshirase"]
CMD ["run"]
