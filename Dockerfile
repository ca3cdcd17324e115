# One static binary in an image that holds nothing else but the certificates of the public authorities.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /skrin ./cmd/skrin \
 && mkdir -p /empty/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /skrin /skrin
# The data folder belongs to the one user of the image (65532), so that a new volume does too.
COPY --from=build --chown=65532:65532 --chmod=0700 /empty/data /data
VOLUME /data
EXPOSE 8080
ENV SKRIN_DATA=/data SKRIN_LISTEN=:8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/skrin", "health"]
ENTRYPOINT ["/skrin"]
CMD ["serve"]
