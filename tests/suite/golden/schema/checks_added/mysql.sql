alter table `book` add constraint `book_stock_check` check (`stock` >= 0);
alter table `book` add constraint `book_check` check (`price` >= 0 or `stock` = 0);
alter table `book` add constraint `few` check (`stock` < 1000);
-- and back
alter table `book` drop constraint `book_stock_check`;
alter table `book` drop constraint `book_check`;
alter table `book` drop constraint `few`;
