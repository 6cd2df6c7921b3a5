# The bundles and the wheel are made in one stage; the image holds the wheel, what it needs, and neither Node nor uv.
# docker build -t varsam . && docker run -v ./varsam.toml:/etc/varsam/varsam.toml:ro -p 8000:8000 varsam

FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN python -m tools wheel \
    && python -m venv --without-pip /opt/varsam \
    && .venv/bin/uv pip install --python /opt/varsam/bin/python --require-hashes -r requirements/serve.txt \
    && .venv/bin/uv pip install --python /opt/varsam/bin/python --no-deps dist/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/varsam --create-home varsam
COPY --from=build /opt/varsam /opt/varsam
USER varsam
WORKDIR /var/lib/varsam
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VARSAM_LISTEN__HOST=0.0.0.0 VARSAM_LISTEN__PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
    CMD ["/opt/varsam/bin/python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["/opt/varsam/bin/varsam"]
CMD ["serve", "--config", "/etc/varsam/varsam.toml"]
