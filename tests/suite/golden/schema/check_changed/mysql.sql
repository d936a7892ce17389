alter table `book` drop constraint `book_check`;
alter table `book` add constraint `book_check` check (`stock` >= 1);
-- and back
alter table `book` drop constraint `book_check`;
alter table `book` add constraint `book_check` check (`stock` >= 0);
