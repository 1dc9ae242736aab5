# One statement a line that must be refused by POST /api/v1/sql with nothing executed. %PORT% is a port that listens.
# Other tables and databases, however they are written.
SELECT * FROM system.tables
SELECT * FROM system . one
SELECT * FROM `system`.`tables`
SELECT * FROM "system"."one"
SELECT * FROM SYSTEM.one
SELECT * FROM `system.one`
SELECT * FROM sightline.observations
SELECT * FROM sightline.messages
SELECT * FROM messages
SELECT * FROM observation_content
SELECT * FROM schema_migrations
SELECT * FROM observations_by_minute
SELECT * FROM information_schema.tables
SELECT * FROM INFORMATION_SCHEMA.COLUMNS
SELECT * FROM tables
SELECT * FROM TABLES
SELECT * FROM columns
SELECT * FROM default.x
SELECT name FROM observations UNION ALL SELECT name FROM sightline.observations
SELECT (SELECT max(name) FROM sightline.observations)
SELECT * FROM observations o JOIN sightline.observations p ON 1 = 1
SELECT * FROM observations, sightline.scores
SELECT 1 IN (system.one)
SELECT 1 IN system.one
SELECT in(1, system.one)
SELECT name IN sightline.observations FROM observations
SELECT 'x' IN tables
SELECT 1 GLOBAL NOT IN (columns)
WITH system.one AS x SELECT * FROM x
WITH system.one AS x SELECT 1 IN x
WITH sightline.observations AS observations SELECT * FROM observations
WITH observations AS (SELECT * FROM observations) SELECT * FROM observations
SELECT * FROM (WITH observations AS (SELECT * FROM sightline.observations) SELECT * FROM observations)
WITH tables AS (SELECT 1) SELECT (SELECT count() FROM tables)
SELECT (WITH messages AS (SELECT 1) SELECT 1 FROM messages), * FROM messages
SELECT * FROM {t:Identifier}
SELECT {t:Identifier} FROM observations
SELECT * FROM observations AS system JOIN system.one ON 1
# Functions of tables.
SELECT * FROM url('http://127.0.0.1:%PORT%/x', 'CSV', 'a String')
SELECT * FROM file('/etc/passwd', 'LineAsString')
SELECT * FROM remote('127.0.0.1', system.one)
SELECT * FROM s3('http://127.0.0.1:%PORT%/b/k', 'CSV')
SELECT * FROM merge('sightline', '.*')
SELECT * FROM cluster('x', system.one)
SELECT * FROM numbers(1000000000000)
SELECT * FROM zeros_mt(1000000000000)
SELECT * FROM generateRandom('a String')
SELECT * FROM view(SELECT * FROM sightline.observations)
SELECT * FROM viewIfPermitted(SELECT 1 ELSE null('a Int'))
SELECT * FROM executable('x', 'CSV', 'a String')
SELECT * FROM mysql('127.0.0.1:%PORT%', 'a', 'b', 'c', 'd')
SELECT * FROM postgresql('127.0.0.1:%PORT%', 'a', 'b', 'c', 'd')
SELECT * FROM input('a String')
SELECT * FROM values('a Int', 1)
SELECT * FROM format(JSONEachRow, '{}')
SELECT * FROM dictionary('x')
SELECT * FROM loop(system.one)
SELECT * FROM mergeTreeIndex('sightline', 'observations')
SELECT * FROM `url`('http://127.0.0.1:%PORT%/')
SELECT * FROM fuzzQuery('SELECT 1')
SELECT * FROM null('a Int')
SELECT 1 IN (SELECT * FROM url('http://127.0.0.1:%PORT%/x', 'CSV', 'a UInt8'))
SELECT (SELECT * FROM url('http://127.0.0.1:%PORT%/x', 'CSV', 'a UInt8'))
# Functions that look around.
SELECT file('/etc/passwd')
SELECT FILE('/etc/passwd')
SELECT `file`('/etc/passwd')
SELECT dictGet('a', 'b', 1)
SELECT dictGetOrDefault('a', 'b', 1, 2)
SELECT joinGet('sightline.x', 'a', 1)
SELECT getSetting('readonly')
SELECT currentDatabase()
SELECT DATABASE()
SELECT currentUser()
SELECT user()
SELECT hostName()
SELECT version()
SELECT @@version
SELECT getServerSetting('max_connections')
SELECT getMacro('x')
SELECT sleep(3)
SELECT sleepEachRow(1) FROM observations
SELECT throwIf(1)
SELECT uptime()
SELECT hasColumnInTable('sightline', 'observations', 'name')
SELECT showCertificate()
SELECT tcpPort()
SELECT addressToLine(1)
SELECT queryID()
SELECT catboostEvaluate('/x', 1)
SELECT filesystemAvailable()
SELECT aiGenerate('x', 'y')
SELECT encrypt('aes-256-ecb', 'a', 'b')
SELECT formatRow('Template', 1)
SELECT getClientHTTPHeader('Authorization')
SELECT arrayMap(x -> file(x), ['/etc/passwd'])
SELECT * APPLY(x -> file(x)) FROM observations
SELECT * APPLY(file) FROM observations
SELECT count() OVER (ORDER BY sleep(1)) FROM observations
SELECT name FROM observations ORDER BY file('/etc/passwd')
SELECT name FROM observations LIMIT (SELECT sleep(1))
SELECT sum(x) FROM (SELECT sleep(3) AS x)
SELECT _CAST(1, 'String')
SELECT __getScalar('x')
SELECT fi\le('x')
SELECT `fi\nle`('x')
# Clauses and statements.
SELECT 1 SETTINGS readonly = 0
SELECT (SELECT 1 SETTINGS readonly = 0)
SELECT 1 FORMAT CSV
SELECT 1 /* */ SETTINGS max_execution_time = 0
SELECT 1 INTO OUTFILE '/tmp/sightline-sql-test'
SELECT 1 FORMAT CSV SETTINGS readonly = 0
SELECT 1; SELECT 2
SELECT 1; DROP TABLE sightline.observations
SELECT 1 PARALLEL WITH DROP TABLE sightline.observations
DROP TABLE sightline.observations
INSERT INTO sightline.scores SELECT * FROM sightline.scores
ALTER TABLE sightline.scores DELETE WHERE 1
TRUNCATE TABLE sightline.scores
CREATE TABLE x (a Int8) ENGINE = Memory
OPTIMIZE TABLE sightline.scores
SHOW TABLES
SHOW DATABASES
SHOW CREATE TABLE sightline.observations
DESCRIBE TABLE sightline.observations
DESC observations
EXPLAIN SELECT 1
SELECT * FROM (EXPLAIN SELECT * FROM observations)
EXISTS sightline.scores
SET readonly = 0
USE system
KILL QUERY WHERE 1
SYSTEM FLUSH LOGS
GRANT ALL ON *.* TO default
BACKUP TABLE sightline.scores TO Disk('x', 'y')
ATTACH TABLE x
WATCH x
CHECK TABLE sightline.scores
SELECT * FROM observations FINAL SAMPLE 0.1
VALUES (1)
BEGIN TRANSACTION
EXECUTE AS x SELECT 1
CREATE FUNCTION f AS x -> x
WITH x AS (SELECT 1) INSERT INTO sightline.scores SELECT * FROM x
SELECT 1) UNION ALL (SELECT name FROM sightline.observations
SELECT 1) SETTINGS readonly = 0 --
;
--
/*
SELECT
SELECT * FROM
select 'open
SELECT {x:String}
SELECT nothing_here FROM observations
SELECT * FROM observations WHERE
SELECT a FROM (SELECT 1 AS a, 2 AS a)
SELECT noSuchFunction(1)
