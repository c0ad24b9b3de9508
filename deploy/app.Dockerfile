# The gateway, the actions, the migrations: what runs on Python 3.12. Build it from the folder of the project:
#   docker build -f deploy/app.Dockerfile -t verbonden-app .
# PYTHON is any image with Python 3.12 and glibc; set it to the one of your own registry.
ARG PYTHON=python:3.12-slim

FROM ${PYTHON} AS build
WORKDIR /app
COPY . .
# The same set-up as on a developer's machine: hashed locks, pages built from their sources.
RUN python -m setup app web && rm -rf web/node_modules .tools

FROM ${PYTHON}
# Nothing is written but in /tmp: the root file system can be read-only.
ENV HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app PATH=/app/.venv/bin:$PATH \
    VERBONDEN_DEMO=0 VERBONDEN_HOST=0.0.0.0 VERBONDEN_PORT=8080 VERBONDEN_DATA=/app/data VERBONDEN_WEB=/app/web/dist VERBONDEN_VAR=/tmp \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
WORKDIR /app
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8080 5055
CMD ["python", "-m", "channels.gateway"]
