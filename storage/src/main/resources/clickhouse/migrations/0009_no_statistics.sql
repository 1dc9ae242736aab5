-- No column statistics: the engine makes them for every column at each insert and each merge (4 % of an insert), and
-- no query of ours is planned by them: a test holds the plans (QueryPlanTest).
ALTER TABLE observations MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observation_content MODIFY SETTING auto_statistics_types = '';

ALTER TABLE messages MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_minute MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_hour MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_name_hour MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_user_hour MODIFY SETTING auto_statistics_types = '';
