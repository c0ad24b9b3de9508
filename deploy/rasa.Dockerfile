# Rasa with the trained model: Python 3.10, never reachable from outside. Build it from the folder of the project:
#   docker build -f deploy/rasa.Dockerfile -t verbonden-rasa .
# PYTHON is any image with Python 3.10 and glibc; set it to the one of your own registry. Training takes minutes and 3 GB.
ARG PYTHON=python:3.10-slim

FROM ${PYTHON} AS build
WORKDIR /app
COPY . .
ENV RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3 OMP_WAIT_POLICY=PASSIVE PYTHONPATH=/app
RUN python -m setup rasa && rm -rf .tools && \
    .venv-rasa/bin/python -m rasa train --force --config config.yml --domain bot/domain --data data/nlu data/rules \
      --out models --fixed-model-name verbonden && rm -rf .rasa

FROM ${PYTHON}
# Rasa unpacks its model in /tmp, and writes nowhere else: the root file system can be read-only.
ENV HOME=/tmp MPLCONFIGDIR=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app PATH=/app/.venv-rasa/bin:$PATH \
    RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3 \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
WORKDIR /app
COPY --from=build /app /app
USER 10001:10001
EXPOSE 5005
CMD ["python", "-m", "rasa", "run", "--model", "models/verbonden.tar.gz", "--endpoints", "endpoints.yml", \
     "--credentials", "credentials.yml", "--interface", "0.0.0.0", "--port", "5005", "--quiet"]
