-- What inserts and merges of wide rows cost. No column statistics: the engine makes them for every column at each insert
-- and each merge (4 % of an insert), and no query of ours is planned by them (QueryPlanTest holds the plans). Observations
-- are merged column by column, also in small parts: a fifth less than row by row.
ALTER TABLE observations
    MODIFY SETTING auto_statistics_types = '', vertical_merge_algorithm_min_rows_to_activate = 1;

ALTER TABLE observation_content MODIFY SETTING auto_statistics_types = '';

ALTER TABLE messages MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_minute MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_hour MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_name_hour MODIFY SETTING auto_statistics_types = '';

ALTER TABLE observations_by_user_hour MODIFY SETTING auto_statistics_types = '';
