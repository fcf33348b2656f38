# The program with what it needs beside it: a browser for PDFs, letters for them, and PostgreSQL's tools for backups.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-X main.version=${VERSION}" -o /fengqiao ./cmd/fengqiao

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates chromium-headless-shell fontconfig fonts-noto-cjk postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/fengqiao --create-home fengqiao \
 && install -d -o fengqiao -g fengqiao -m 700 /backups
COPY --from=build /fengqiao /usr/local/bin/fengqiao
USER fengqiao
ENV FENGQIAO_DATA=/var/lib/fengqiao FENGQIAO_LOG_FORMAT=json
VOLUME /var/lib/fengqiao
ENTRYPOINT ["fengqiao"]
CMD ["serve"]
