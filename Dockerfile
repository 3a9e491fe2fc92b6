# All roles in one image: docker build -t tektite . && docker run --rm tektite --help
ARG NODE_IMAGE=docker.io/library/node:26.10.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY scripts/build.ts scripts/build-dashboard.ts scripts/
COPY web web
COPY tsconfig.json tsconfig.json
COPY src src
RUN node scripts/build.ts

FROM ${NODE_IMAGE}
COPY --from=build /src/dist /opt/tektite
COPY LICENSE /opt/tektite/LICENSE
# Nothing is written outside of mounted volumes: run it with a read-only root file system.
USER 65532:65532
# A controller that deploys it as a listener gives flags alone, which mean `tektite sink`.
# A small young generation, and few heaps of malloc for its threads, keep a listener at 160 MB at full load, for 3 % more
# time.
ENV MALLOC_ARENA_MAX=2
ENTRYPOINT ["node", "--max-semi-space-size=8", "--disable-warning=ExperimentalWarning", "/opt/tektite/tektite.js"]
CMD ["--help"]
