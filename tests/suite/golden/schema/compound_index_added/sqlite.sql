create index `titles` on `book` (`year`, `title`);
-- and back
drop index `titles`;
