alter table `book` add column `quiet` varchar(255) generated always as (lower(`title`)) virtual null;
alter table `book` add column `letters` int generated always as (length(`title`)) stored not null;
create index `book_letters_index` on `book` (`letters`);
-- and back
drop index `book_letters_index` on `book`;
alter table `book` drop column `quiet`;
alter table `book` drop column `letters`;
