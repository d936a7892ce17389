drop index `book_stock_index` on `book`;
alter table `book` drop column `stock`;
-- and back
alter table `book` add column `stock` int not null;
create index `book_stock_index` on `book` (`stock`);
