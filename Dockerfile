# Built with everything, shipped with what runs. `docker run -p 8085:8085 -v hailwhale:/data IMAGE` is `hailwhale serve`; the first
# token is in its log. Other commands follow the image's name: `docker run IMAGE hail --queue redis://…`.
FROM node:20-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY tsconfig.json ./
COPY src src
COPY web web
RUN npm run build && npm prune --omit=dev --no-fund --no-audit && chmod +x dist/cli/main.js

FROM node:20-slim
ENV NODE_ENV=production HAILWHALE_HOST=0.0.0.0 HAILWHALE_DATA_DIR=/data
WORKDIR /opt/hailwhale
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
RUN ln -s /opt/hailwhale/dist/cli/main.js /usr/local/bin/hailwhale && install -d -o node -g node -m 700 /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8085
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "const { HAILWHALE_PORT = 8085, HAILWHALE_BASE_PATH = '' } = process.env; fetch(`http://127.0.0.1:${HAILWHALE_PORT}${HAILWHALE_BASE_PATH}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["hailwhale"]
CMD ["serve"]
