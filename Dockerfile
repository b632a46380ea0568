# Build: the versions and hashes of requirements.lock, without its development tools.
FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1
WORKDIR /src
RUN python -m pip install --no-cache-dir uv==0.13.9 && python -m venv /opt/venv
COPY . .
RUN uv pip install --python /opt/venv/bin/python \
      --constraint requirements.lock --build-constraint requirements.lock ".[celery,cluster]"

FROM python:3.11-slim-bookworm
# Chinese labels on map sheets; Debian stable keeps one version, security updates aside.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 tongyuan \
 && useradd --uid 10001 --gid tongyuan --create-home tongyuan \
 && mkdir -p /opt/airflow/auth /opt/airflow/logs /opt/tongyuan/releases /opt/tongyuan/projects \
 && chown -R tongyuan:tongyuan /opt/airflow /opt/tongyuan
COPY --from=build /opt/venv /opt/venv
COPY dags /opt/tongyuan/dags
ENV PATH=/opt/venv/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/tongyuan/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False
WORKDIR /opt/tongyuan
USER 10001:10001
CMD ["tongyuan", "--help"]
