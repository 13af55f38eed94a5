-- one row per member who downloads an export: folder, name
select slug(member), member from (select distinct member from member_touches) order by member
