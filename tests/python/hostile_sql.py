"""SQL that tries to leave the published file: to read, write, load, attach or undo a setting."""

READING = {
    "a CSV file": "select * from read_csv('{folder}/secret.csv')",
    "a file as text": "select * from read_text('{folder}/secret.csv')",
    "a file as bytes": "select * from read_blob('{folder}/secret.csv')",
    "a JSON file": "select * from read_json('{folder}/secret.csv')",
    "a Parquet file": "select * from read_parquet('{folder}/secret.parquet')",
    "the schema of a Parquet file": "select * from parquet_schema('{folder}/secret.parquet')",
    "what a CSV file looks like": "select * from sniff_csv('{folder}/secret.csv')",
    "a file named as a table": "select * from '{folder}/secret.csv'",
    "a Parquet file named as a table": "select * from '{folder}/secret.parquet'",
    "a folder": "select * from glob('{folder}/*')",
    "a table made into a file's": "select * from query_table('{folder}/secret.csv')",
    "a file in a text": "select * from query('select * from read_text(''{folder}/secret.csv'')')",
    "a file through a macro": (
        "create temp macro peek(path) as table select * from read_text(path);"
        " select * from peek('{folder}/secret.csv')"
    ),
    "a file through a prepared statement": (
        "prepare peek as select * from read_text(?); execute peek('{folder}/secret.csv')"
    ),
    "a file copied in": (
        "create temp table copied (a varchar, b varchar); copy copied from '{folder}/secret.csv'"
    ),
    "the process's environment": "select * from read_text('/proc/self/environ')",
    "the published file as bytes": "select * from read_blob('{file}')",
    "a page of the net": "select * from read_text('http://127.0.0.1:9/page')",
    "an object store": "select * from read_parquet('s3://bucket/table.parquet')",
    "secrets": "select * from duckdb_secrets()",
    "a variable of the program": "select * from variable_of_the_program",
    "an exported database": "import database '{folder}/exported'",
}
WRITING = {
    "a CSV file": "copy (select 1 as a) to '{folder}/written.csv'",
    "a Parquet file": "copy (select 1 as a) to '{folder}/written.parquet' (format parquet)",
    "a folder of files": (
        "copy (select 1 as a, 2 as b) to '{folder}/written' (format parquet, partition_by (a))"
    ),
    "over the published file": "copy (select 1 as a) to '{file}' (format csv)",
    "the published file's log": "copy (select 1 as a) to '{file}.wal' (format csv)",
    "the published file's temporary folder": "copy (select 1 as a) to '{file}.tmp' (format csv)",
    "the process's output": "copy (select 1 as a) to '/dev/stdout' (format csv)",
    "an export": "export database '{folder}/written'",
    "a log, by the call": (
        "call enable_logging(level = 'trace', storage = 'file',"
        " storage_config = {{'path': '{folder}/written'}}); select 1; select 2"
    ),
    "a log of queries": "set log_query_path = '{folder}/written.sql'; select 1",
    "a profile": (
        "pragma enable_profiling = 'json';"
        " pragma profiling_output = '{folder}/written.json'; select 1"
    ),
    "a profile, by the call": "call enable_profiling(save_location = '{folder}/written.json')",
    "a secret for later": "create persistent secret kept (type http, bearer_token 'x')",
    "a large sort": (
        "set temp_directory = '{folder}/written'; set memory_limit = '64MB';"
        " from (select hash(range) as h from range(9000000) order by h limit 8000000)"
    ),
    "a table": "create table core.written as select 1 as a",
    "rows": "delete from core.deals",
    "a comment": "comment on table core.deals is 'x'",
}
ATTACHING = {
    "a database": "attach '{folder}/other.duckdb' as other (read_only)",
    "a new database": "attach '{folder}/written.duckdb' as other",
    "a database in memory": "attach ':memory:' as other",
    "the published file, to be written": "attach '{file}' as again (read_write)",
    "a server": "attach 'dbname=postgres' as other (type postgres)",
}
LOADING = {
    "an extension": "install httpfs",
    "an extension by force": "force install spatial",
    "an extension of a folder": "install httpfs from '{folder}'",
    "an extension by its file": "load '{folder}/evil.duckdb_extension'",
    "an installed extension": "load httpfs",
    "an extension on the way": "select * from read_xlsx('{folder}/secret.csv')",
    "newer extensions": "update extensions",
}
UNDOING = {
    "external access": "set enable_external_access = true",
    "external access, by reset": "reset enable_external_access",
    "file systems": "set disabled_filesystems = ''",
    "folders": "set allowed_directories = ['/']",
    "paths": "set allowed_paths = ['{folder}/secret.csv']",
    "unsigned extensions": "set allow_unsigned_extensions = true",
    "the access mode": "set access_mode = 'read_write'",
}
UNLOCKING = {
    "the lock": "set lock_configuration = false",
    "the lock, by reset": "reset lock_configuration",
    "memory": "set memory_limit = '1TB'",
    "threads": "set threads = 64",
    "the home folder": "set home_directory = '{folder}'",
    "the folder of secrets": "set secret_directory = '{folder}'",
    "the folder of extensions": "set extension_directory = '{folder}'",
    "variables as tables": "set python_enable_replacements = true",
}
"""What only locked settings refuse; none of it reaches a file once the file system is disabled."""

ESCAPES = {
    f"{kind} {name}": statement
    for kind, statements in (
        ("reads", READING),
        ("writes", WRITING),
        ("attaches", ATTACHING),
        ("loads", LOADING),
        ("undoes", UNDOING),
    )
    for name, statement in statements.items()
}

ORDINARY = (
    "select count(*) from core.deals",
    "from core.deals select stage, sum(amount) group by all order by all",
    "select *, row_number() over (partition by stage order by amount) as place from core.deals",
    "with won as (select * from core.deals where stage = 'won') select * from won, core.stages",
    "pivot core.deals on stage using sum(amount)",
    "describe core.deals",
    "show all tables",
    "explain select * from core.deals",
    "select table_name, comment from duckdb_tables()",
    "select column_name from information_schema.columns where table_name = 'deals'",
    "use core; select * from deals",
    "create temp table kept as select * from core.deals; select * from kept",
    "prepare asked as select * from core.deals where stage = ?; execute asked('won')",
    "select date_trunc('month', date '2026-03-09'), strftime(date '2026-03-09', '%Y'), json('1')",
)
"""What a tool asks all day."""
