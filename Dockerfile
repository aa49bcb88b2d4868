# The build needs the dev dependencies; the image holds production ones alone.
FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json ./
RUN npm ci
COPY src src
RUN npm run build && npm ci --omit=dev --ignore-scripts

FROM node:26-slim
WORKDIR /understudy
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY config config
# Results go to a volume, so that they outlive the container. The user `node` of the image, by its number: only then can
# Kubernetes tell that it is not root (runAsNonRoot).
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
WORKDIR /data
VOLUME /data
# Two arenas: of more, glibc keeps what threads have freed, an eighth of a small container's memory.
ENV NODE_ENV=production UNDERSTUDY_STORE=/data/understudy.db MALLOC_ARENA_MAX=2
EXPOSE 8080
# `health` gives up after 2 s by itself, and says why: the limit here is above that, for a machine that is short.
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s \
  CMD ["node", "/understudy/dist/main.js", "health"]
ENTRYPOINT ["node", "--disable-sigusr1", "/understudy/dist/main.js"]
CMD ["serve"]
