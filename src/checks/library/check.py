"""Builds Cumulus Library's core study in DuckDB on tables of the plugin that is installed, and compares how many Encounters it
shows with what the run's report.json and console said.

mvn -f src/checks/library verify starts it: check.py TARGET MAVEN LOCAL_REPOSITORY PLUGIN
"""

import concurrent.futures
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
TARGET, MAVEN, REPOSITORY = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
PLUGIN = sys.argv[4].split(":")
SOURCES = HERE.parent.parent
SAMPLE = SOURCES / "main/resources/io/github/cumulusmaven/sandbox/sample"
WORK = TARGET / "library"

CATEGORIES = "social-history,vital-signs,imaging,laboratory,procedure,survey,exam,therapy,activity"
NEVER_CAME = {"EpisodeOfCare", "MedicationDispense", "Specimen"}
TYPES = sorted(file.name.split(".")[0] for file in SAMPLE.glob("*.ndjson.gz"))

# By name: what was left out of the folder, the export's _typeFilter, and whether the Library shows the Encounters.
# The first is not in the list: it is exported from sandbox: by the plugin itself.
ALL = "all there"
FOLDERS = {
    "asked for and none came": (NEVER_CAME, f"Observation?category={CATEGORIES}", True),
    "a sliced Condition": (set(), "Condition?clinical-status=active", False),
    "nothing complete": (set(), ",".join(f"{type}?_id=1" for type in TYPES), False),
}
SCENARIOS = {ALL: True} | {name: shown for name, (_, _, shown) in FOLDERS.items()}


with gzip.open(SAMPLE / "Encounter.ndjson.gz", "rt") as rows:
    ENCOUNTERS = [json.loads(row) for row in rows]


def folder(name):
    return WORK / name.replace(" ", "-")


def library_environment():
    """Makes the virtual environment, unless one of the same requirements is there."""
    requirements = (HERE / "requirements.txt").read_bytes()
    home, made_of = WORK / "venv", WORK / "venv/requirements.txt"
    if not made_of.exists() or made_of.read_bytes() != requirements:
        venv.create(home, with_pip=True, clear=True)
        pip = [home / "bin/python", "-m", "pip", "-q", "--disable-pip-version-check", "install", "--no-compile"]
        subprocess.run(pip + ["--no-deps", "-r", HERE / "requirements.txt"], check=True)
        # compiles what is used, once
        subprocess.run([home / "bin/python", "-c", "import cumulus_library.cli"], check=True)
        made_of.write_bytes(requirements)
    return home / "bin"


def write_input(name):
    """A folder as another bulk data client leaves it: the sample's files, two Encounters that are never shown, and a log."""
    missing, filters, _ = FOLDERS[name]
    source = folder(name) / "input"
    source.mkdir(parents=True)
    events = [
        ("kickoff", {
            "exportUrl": "https://ehr.example/fhir/Group/cohort/$export",
            "requestParameters": {"_type": ",".join(TYPES), "_typeFilter": filters},
        }),
        ("status_complete", {"transactionTime": "2026-01-02T03:04:05Z"}),
    ]
    for type in TYPES:
        if type not in missing:
            shutil.copy(SAMPLE / f"{type}.ndjson.gz", source)
            url = {"fileUrl": f"https://ehr.example/{type}"}
            events.append(("download_request", url | {"itemType": "output", "resourceType": type}))
            events.append(("download_complete", url))
    events.append(("export_complete", {}))
    never_shown = [{"status": "entered-in-error"}, {"subject": {"reference": "Patient/elsewhere"}}]
    (source / "Encounter.never-shown.ndjson").write_text("".join(
        json.dumps(ENCOUNTERS[0] | change | {"id": f"never-shown-{index}"}) + "\n"
        for index, change in enumerate(never_shown)))
    (source / "log.ndjson").write_text("".join(
        json.dumps({"exportId": "1", "eventId": event, "eventDetail": detail}) + "\n" for event, detail in events))
    return source


def build_tables():
    """Runs the etl goal for all scenarios in one Maven, and returns what it printed."""
    executions = []
    for name in SCENARIOS:
        source = "sandbox:" if name == ALL else write_input(name)
        executions.append(f"""
          <execution>
            <id>{folder(name).name}</id>
            <phase>validate</phase>
            <goals><goal>etl</goal></goals>
            <configuration>
              <input>{source}</input>
              <outputDirectory>{folder(name) / "tables"}</outputDirectory>
              <phiDirectory>{folder(name) / "phi"}</phiDirectory>
            </configuration>
          </execution>""")
    group, artifact, version = PLUGIN
    project = WORK / "project"
    project.mkdir()
    (project / "pom.xml").write_text(f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>library</groupId><artifactId>check</artifactId><version>1</version><packaging>pom</packaging>
      <build><plugins><plugin>
        <groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
        <executions>{"".join(executions)}</executions>
      </plugin></plugins></build>
    </project>""")
    settings = (SOURCES / "it/settings.xml").read_text()
    (project / "settings.xml").write_text(settings.replace("@localRepositoryUrl@", REPOSITORY.as_uri()))
    command = [MAVEN / "bin/mvn", "-B", "-ntp", "-s", "settings.xml", f"-Dmaven.repo.local={WORK / 'repository'}", "validate"]
    run = subprocess.run(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    (WORK / "maven.log").write_text(run.stdout)
    if run.returncode != 0:
        sys.exit(f"Library: the tables could not be built, see {WORK / 'maven.log'}\n{run.stdout[-3000:]}")
    return run.stdout


def count_shown(binaries, name):
    """Builds the core study on a scenario's tables and counts the Encounters in it."""
    database = folder(name) / "library.duckdb"
    build = [binaries / "cumulus-library", "build", "-t", "core", "--db-type", "duckdb", "--database", database]
    build += ["--load-ndjson-dir", folder(name) / "tables", folder(name) / "counts"]
    built = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode != 0:
        sys.exit(f"Library: the core study could not be built for {name}\n{built.stdout[-3000:]}")
    query = "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print(db.execute(sys.argv[2]).fetchone()[0])"
    count = "SELECT count(DISTINCT id) FROM core__encounter"
    return int(subprocess.run(
        [binaries / "python", "-c", query, database, count], check=True, stdout=subprocess.PIPE).stdout)


def said(name):
    """How many Encounters are shown, of how many, according to the run's own report."""
    (report,) = (folder(name) / "tables/JobConfig").glob("*/report.json")
    completion = json.loads(report.read_text())["completion"]
    return completion["encountersShown"], completion["encounters"]


def main():
    for old in WORK.glob("*"):
        if old.name != "venv":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    WORK.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        environment = pool.submit(library_environment)
        printed = build_tables()
        binaries = environment.result()
        counts = dict(zip(SCENARIOS, pool.map(lambda name: count_shown(binaries, name), SCENARIOS)))
    on_console = re.findall(r"Encounters that Cumulus Library will show: ([\d,]+) of ([\d,]+)", printed)
    failures = 0
    for (name, all_shown), console in zip(SCENARIOS.items(), on_console, strict=True):
        shown, encounters = said(name)
        right = (
            encounters == len(ENCOUNTERS) + (0 if name == ALL else 2)
            and shown == (len(ENCOUNTERS) if all_shown else 0)
            and counts[name] == shown
            and [int(number.replace(",", "")) for number in console] == [shown, encounters]
        )
        failures += not right
        print(f"Library: {name}: {'ok' if right else 'FAILED'}, it shows {counts[name]} Encounters, we said {shown} of {encounters}")
    print(f"Library: {len(SCENARIOS)} scenarios, {failures} failed")
    sys.exit(failures > 0)


main()
