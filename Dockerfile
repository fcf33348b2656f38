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
 && groupadd --gid 10001 fengqiao \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/fengqiao --shell /usr/sbin/nologin fengqiao \
 && install -d -o fengqiao -g fengqiao -m 700 /var/lib/fengqiao /backups
COPY --from=build /fengqiao /usr/local/bin/fengqiao
USER fengqiao
ENV FENGQIAO_DATA=/var/lib/fengqiao FENGQIAO_LOG_FORMAT=json
VOLUME /var/lib/fengqiao
ENTRYPOINT ["fengqiao"]
CMD ["serve"]
