-- What Prisma Migrate makes of schema/*.prisma on an empty database, by its rules; the view at the end is a hand-written
-- migration's. Not made by Rowcall: it is what an import is held to.
CREATE SCHEMA IF NOT EXISTS "audit";
CREATE EXTENSION IF NOT EXISTS "citext";
CREATE EXTENSION IF NOT EXISTS "pgcrypto";
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

CREATE TYPE "Color" AS ENUM ('RED', 'GREEN', 'DARK_BLUE');
CREATE TYPE "week_days" AS ENUM ('Mon day', 'tue-sday', 'other');
CREATE TYPE "Level" AS ENUM ('low', 'Low', 'UNSPECIFIED');
CREATE TYPE "audit"."Severity" AS ENUM ('INFO', 'fatal');

-- types.prisma
CREATE TABLE "AllScalars" (
    "id" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "truth" BOOLEAN NOT NULL,
    "number" INTEGER NOT NULL,
    "large" BIGINT NOT NULL,
    "real" DOUBLE PRECISION NOT NULL,
    "exact" DECIMAL(65,30) NOT NULL,
    "moment" TIMESTAMP(3) NOT NULL,
    "json" JSONB NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "AllScalars_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "AllOptional" (
    "id" INTEGER NOT NULL,
    "text" TEXT,
    "truth" BOOLEAN,
    "number" INTEGER,
    "large" BIGINT,
    "real" DOUBLE PRECISION,
    "exact" DECIMAL(65,30),
    "moment" TIMESTAMP(3),
    "json" JSONB,
    "bytes" BYTEA,

    CONSTRAINT "AllOptional_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "AllLists" (
    "id" INTEGER NOT NULL,
    "texts" TEXT[],
    "truths" BOOLEAN[],
    "numbers" INTEGER[],
    "larges" BIGINT[],
    "reals" DOUBLE PRECISION[],
    "exacts" DECIMAL(65,30)[],
    "moments" TIMESTAMP(3)[],
    "jsons" JSONB[],
    "blobs" BYTEA[],

    CONSTRAINT "AllLists_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "NativeStrings" (
    "id" UUID NOT NULL,
    "plain" TEXT NOT NULL,
    "one" CHAR NOT NULL,
    "fixed" CHAR(4) NOT NULL,
    "any" VARCHAR NOT NULL,
    "limited" VARCHAR(20),
    "bit" BIT NOT NULL,
    "bits" BIT(8) NOT NULL,
    "some_bits" VARBIT(16) NOT NULL,
    "all_bits" VARBIT NOT NULL,
    "markup" XML NOT NULL,
    "address" INET NOT NULL,
    "folded" CITEXT NOT NULL,

    CONSTRAINT "NativeStrings_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "NativeNumbers" (
    "id" BIGINT NOT NULL,
    "whole" INTEGER NOT NULL,
    "small" SMALLINT NOT NULL,
    "object" OID NOT NULL,
    "single" REAL NOT NULL,
    "double" DOUBLE PRECISION NOT NULL,
    "price" DECIMAL(10,2) NOT NULL,
    "ratio" DECIMAL NOT NULL,
    "cash" MONEY,
    "flag" BOOLEAN NOT NULL,

    CONSTRAINT "NativeNumbers_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "NativeTimes" (
    "id" INTEGER NOT NULL,
    "plain" TIMESTAMP NOT NULL,
    "seconds" TIMESTAMP(0) NOT NULL,
    "zoned" TIMESTAMPTZ NOT NULL,
    "zoned_micros" TIMESTAMPTZ(6) NOT NULL,
    "day" DATE NOT NULL,
    "clock" TIME NOT NULL,
    "clock_millis" TIME(3) NOT NULL,
    "zoned_clock" TIMETZ NOT NULL,
    "zoned_short" TIMETZ(2) NOT NULL,

    CONSTRAINT "NativeTimes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "NativeOthers" (
    "id" INTEGER NOT NULL,
    "json" JSON NOT NULL,
    "binary" JSONB NOT NULL,
    "bytes" BYTEA NOT NULL,
    "names" VARCHAR(10)[],
    "prices" DECIMAL(8,3)[],
    "days" DATE[],
    "ids" UUID[],

    CONSTRAINT "NativeOthers_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Beyond" (
    "id" INTEGER NOT NULL,
    "words" tsvector,
    "span" interval NOT NULL,
    "network" cidr,
    "hardware" macaddr,
    "spans" interval[],

    CONSTRAINT "Beyond_pkey" PRIMARY KEY ("id")
);

-- defaults.prisma
CREATE TABLE "LiteralDefaults" (
    "id" INTEGER NOT NULL DEFAULT 7,
    "text" TEXT NOT NULL DEFAULT 'it''s "quoted" \ and é',
    "empty" TEXT NOT NULL DEFAULT '',
    "yes" BOOLEAN NOT NULL DEFAULT true,
    "no" BOOLEAN NOT NULL DEFAULT false,
    "negative" INTEGER NOT NULL DEFAULT -1,
    "large" BIGINT NOT NULL DEFAULT 9007199254740993,
    "real" DOUBLE PRECISION NOT NULL DEFAULT 1.5,
    "whole" DOUBLE PRECISION NOT NULL DEFAULT 2,
    "exact" DECIMAL(65,30) NOT NULL DEFAULT 0.10,
    "worded" DECIMAL(6,2) NOT NULL DEFAULT 12.50,
    "moment" TIMESTAMP(3) NOT NULL DEFAULT '2020-02-29 12:30:00 +00:00',
    "zoned" TIMESTAMPTZ(3) NOT NULL DEFAULT '2020-02-29 12:30:00 +02:00',
    "json" JSONB NOT NULL DEFAULT '{"a": [1, null]}',
    "bytes" BYTEA NOT NULL DEFAULT '\x686900ff',
    "limited" VARCHAR(3) NOT NULL DEFAULT 'abc',

    CONSTRAINT "LiteralDefaults_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "FunctionDefaults" (
    "id" SERIAL NOT NULL,
    "made" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "zoned" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "day" DATE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "uuid4" TEXT NOT NULL,
    "uuid4_too" UUID NOT NULL,
    "uuid7" UUID NOT NULL,
    "cuid1" TEXT NOT NULL,
    "cuid2" VARCHAR(30) NOT NULL,
    "ulid" TEXT NOT NULL,
    "nano" TEXT NOT NULL,
    "nano10" TEXT NOT NULL,
    "random" UUID NOT NULL DEFAULT gen_random_uuid(),
    "sum" INTEGER NOT NULL DEFAULT 1 + 1,

    CONSTRAINT "FunctionDefaults_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "ListDefaults" (
    "id" INTEGER NOT NULL,
    "none" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "words" TEXT[] DEFAULT ARRAY['a', 'it''s', '']::TEXT[],
    "numbers" INTEGER[] DEFAULT ARRAY[1, -2]::INTEGER[],
    "larges" BIGINT[] DEFAULT ARRAY[3]::BIGINT[],
    "truths" BOOLEAN[] DEFAULT ARRAY[true, false]::BOOLEAN[],
    "exacts" DECIMAL(4,1)[] DEFAULT ARRAY[1.5]::DECIMAL(4,1)[],
    "moments" TIMESTAMP(3)[] DEFAULT ARRAY['2020-01-01 00:00:00 +00:00']::TIMESTAMP(3)[],

    CONSTRAINT "ListDefaults_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "SmallSerial" (
    "id" SMALLSERIAL NOT NULL,

    CONSTRAINT "SmallSerial_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "BigSerial" (
    "id" BIGSERIAL NOT NULL,
    "other" SERIAL NOT NULL,

    CONSTRAINT "BigSerial_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "UpdatedTimes" (
    "id" INTEGER NOT NULL,
    "plain" TIMESTAMP(3) NOT NULL,
    "first" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "zoned" TIMESTAMPTZ(6),

    CONSTRAINT "UpdatedTimes_pkey" PRIMARY KEY ("id")
);

-- enums.prisma
CREATE TABLE "EnumUser" (
    "id" INTEGER NOT NULL,
    "color" "Color" NOT NULL,
    "maybe" "Color",
    "favorite" "Color" NOT NULL DEFAULT 'DARK_BLUE',
    "day" "week_days" NOT NULL DEFAULT 'tue-sday',
    "level" "Level" NOT NULL DEFAULT 'Low',
    "colors" "Color"[],
    "both" "Color"[] DEFAULT ARRAY['RED', 'GREEN']::"Color"[],
    "days" "week_days"[] DEFAULT ARRAY['Mon day']::"week_days"[],
    "none" "Color"[] DEFAULT ARRAY[]::"Color"[],

    CONSTRAINT "EnumUser_pkey" PRIMARY KEY ("id")
);

-- keys.prisma
CREATE TABLE "CompositeId" (
    "a" INTEGER NOT NULL,
    "b" TEXT NOT NULL,
    "c" INTEGER,

    CONSTRAINT "CompositeId_pkey" PRIMARY KEY ("a","b")
);
CREATE TABLE "named_id" (
    "Left" INTEGER NOT NULL,
    "Right" INTEGER NOT NULL,

    CONSTRAINT "pk of named_id" PRIMARY KEY ("Left","Right")
);
CREATE TABLE "MappedId" (
    "_id" INTEGER NOT NULL,

    CONSTRAINT "the_key" PRIMARY KEY ("_id")
);
CREATE TABLE "Uniques" (
    "id" INTEGER NOT NULL,
    "plain" TEXT NOT NULL,
    "optional" TEXT,
    "mapped_column" TEXT NOT NULL,
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,
    "c" INTEGER NOT NULL,

    CONSTRAINT "Uniques_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "UniqueIndexes" (
    "id" INTEGER NOT NULL,
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,
    "real" DOUBLE PRECISION NOT NULL,
    "json" JSONB NOT NULL,
    "names" TEXT[],
    "email" TEXT NOT NULL,

    CONSTRAINT "UniqueIndexes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKeys" (
    "id" INTEGER NOT NULL,
    "anotherQuiteLongColumnNameThatDoesNotFit" TEXT NOT NULL,
    "yetAnotherLongColumnNameThatDoesNotFit" INTEGER NOT NULL,
    "parentIdentifierWithALongName" INTEGER,

    CONSTRAINT "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKe_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Uniques_plain_key" ON "Uniques"("plain");
CREATE UNIQUE INDEX "Uniques_optional_key" ON "Uniques"("optional");
CREATE UNIQUE INDEX "mapped unique" ON "Uniques"("mapped_column");
CREATE UNIQUE INDEX "Uniques_a_b_key" ON "Uniques"("a", "b");
CREATE UNIQUE INDEX "Uniques_b_c_key" ON "Uniques"("b", "c");
CREATE UNIQUE INDEX "c_before_a" ON "Uniques"("c", "a");
CREATE UNIQUE INDEX "UniqueIndexes_b_key" ON "UniqueIndexes"("b" DESC);
CREATE UNIQUE INDEX "UniqueIndexes_real_key" ON "UniqueIndexes"("real");
CREATE UNIQUE INDEX "UniqueIndexes_names_key" ON "UniqueIndexes"("names");
CREATE UNIQUE INDEX "UniqueIndexes_a_b_key" ON "UniqueIndexes"("a" DESC, "b");
CREATE UNIQUE INDEX "UniqueIndexes_json_key" ON "UniqueIndexes"("json");
CREATE UNIQUE INDEX "email_of_the_positive" ON "UniqueIndexes"("email") WHERE (a > 0);
CREATE UNIQUE INDEX "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKey_key" ON "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKeys"("anotherQuiteLongColumnNameThatDoesNotFit");
CREATE INDEX "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKey_idx" ON "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKeys"("yetAnotherLongColumnNameThatDoesNotFit");
ALTER TABLE "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKeys" ADD CONSTRAINT "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKe_fkey" FOREIGN KEY ("parentIdentifierWithALongName") REFERENCES "AVeryLongModelNameThatLeavesLittleRoomForTheColumnsOfItsKeys"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- indexes.prisma
CREATE TABLE "BTreeIndexes" (
    "id" INTEGER NOT NULL,
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,
    "title" VARCHAR(80) NOT NULL,

    CONSTRAINT "BTreeIndexes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "HashIndexes" (
    "id" INTEGER NOT NULL,
    "word" TEXT NOT NULL,

    CONSTRAINT "HashIndexes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "GinIndexes" (
    "id" INTEGER NOT NULL,
    "doc" JSONB NOT NULL,
    "path" JSONB NOT NULL,
    "tags" TEXT[],
    "words" tsvector,

    CONSTRAINT "GinIndexes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "GistIndexes" (
    "id" INTEGER NOT NULL,
    "address" INET NOT NULL,

    CONSTRAINT "GistIndexes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "SpGistIndexes" (
    "id" INTEGER NOT NULL,
    "word" TEXT NOT NULL,
    "address" INET NOT NULL,

    CONSTRAINT "SpGistIndexes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "BrinIndexes" (
    "id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "moment" TIMESTAMPTZ(3) NOT NULL,
    "bits" VARBIT(8) NOT NULL,

    CONSTRAINT "BrinIndexes_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "PartialIndexes" (
    "id" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "deleted" TIMESTAMP(3),
    "color" "Color" NOT NULL,
    "number" INTEGER NOT NULL,

    CONSTRAINT "PartialIndexes_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "BTreeIndexes_a_idx" ON "BTreeIndexes"("a");
CREATE INDEX "BTreeIndexes_a_b_idx" ON "BTreeIndexes"("a", "b");
CREATE INDEX "newest first" ON "BTreeIndexes"("a" DESC, "b" ASC);
CREATE INDEX "named_the_old_way" ON "BTreeIndexes"("b");
CREATE INDEX "BTreeIndexes_title_idx" ON "BTreeIndexes"("title" varchar_pattern_ops);
CREATE INDEX "b_again" ON "BTreeIndexes"("b");
CREATE INDEX "HashIndexes_word_idx" ON "HashIndexes" USING HASH ("word");
CREATE INDEX "GinIndexes_doc_idx" ON "GinIndexes" USING GIN ("doc");
CREATE INDEX "GinIndexes_path_idx" ON "GinIndexes" USING GIN ("path" jsonb_path_ops);
CREATE INDEX "GinIndexes_tags_idx" ON "GinIndexes" USING GIN ("tags" array_ops);
CREATE INDEX "words_gin" ON "GinIndexes" USING GIN ("words");
CREATE INDEX "GistIndexes_address_idx" ON "GistIndexes" USING GIST ("address" inet_ops);
CREATE INDEX "SpGistIndexes_word_idx" ON "SpGistIndexes" USING SPGIST ("word" text_ops);
CREATE INDEX "SpGistIndexes_address_idx" ON "SpGistIndexes" USING SPGIST ("address");
CREATE INDEX "BrinIndexes_number_idx" ON "BrinIndexes" USING BRIN ("number" int4_minmax_multi_ops);
CREATE INDEX "BrinIndexes_moment_idx" ON "BrinIndexes" USING BRIN ("moment" timestamptz_bloom_ops);
CREATE INDEX "BrinIndexes_bits_idx" ON "BrinIndexes" USING BRIN ("bits" varbit_minmax_ops);
CREATE UNIQUE INDEX "PartialIndexes_email_key" ON "PartialIndexes"("email") WHERE ("deleted" IS NULL);
CREATE INDEX "PartialIndexes_number_idx" ON "PartialIndexes"("number") WHERE ("active" = true AND "deleted" IS NOT NULL);
CREATE INDEX "not_red" ON "PartialIndexes"("color") WHERE ("color" != 'RED');
CREATE INDEX "one_mail" ON "PartialIndexes"("active") WHERE ("email" = 'it''s' AND "number" = 3);
CREATE INDEX "PartialIndexes_deleted_idx" ON "PartialIndexes"("deleted") WHERE ("number" > 10 AND active);

-- relations.prisma
CREATE TABLE "authors" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "authors_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Post" (
    "id" SERIAL NOT NULL,
    "title" TEXT NOT NULL,
    "author_id" INTEGER NOT NULL,
    "editorId" INTEGER,

    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Category" (
    "id" VARCHAR(10) NOT NULL,

    CONSTRAINT "Category_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "tags" (
    "id" BIGSERIAL NOT NULL,

    CONSTRAINT "tags_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Employee" (
    "id" INTEGER NOT NULL,
    "managerId" INTEGER,

    CONSTRAINT "Employee_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Person" (
    "id" INTEGER NOT NULL,
    "spouseId" INTEGER,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Passport" (
    "id" INTEGER NOT NULL,
    "authorId" INTEGER NOT NULL,

    CONSTRAINT "Passport_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Order" (
    "tenant" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,

    CONSTRAINT "Order_pkey" PRIMARY KEY ("tenant","number")
);
CREATE TABLE "OrderLine" (
    "id" INTEGER NOT NULL,
    "tenant" INTEGER NOT NULL,
    "orderNumber" INTEGER NOT NULL,
    "giftTenant" INTEGER,
    "giftNumber" INTEGER,
    "place" TEXT,

    CONSTRAINT "OrderLine_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Warehouse" (
    "id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "region" INTEGER NOT NULL,
    "place" TEXT NOT NULL,

    CONSTRAINT "Warehouse_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Stock" (
    "id" INTEGER NOT NULL,
    "warehouseCode" TEXT NOT NULL,

    CONSTRAINT "Stock_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Actions" (
    "id" INTEGER NOT NULL,
    "cascadeId" INTEGER NOT NULL,
    "restrictId" INTEGER NOT NULL,
    "noActionId" INTEGER NOT NULL,
    "setNullId" INTEGER,
    "defaultId" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Actions_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "ActionTarget" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "ActionTarget_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Membership" (
    "personId" INTEGER NOT NULL,
    "clubId" INTEGER NOT NULL,
    "since" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("personId","clubId")
);
CREATE TABLE "ClubPerson" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "ClubPerson_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Club" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Club_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "_CategoryToPost" (
    "A" VARCHAR(10) NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_CategoryToPost_AB_pkey" PRIMARY KEY ("A","B")
);
CREATE TABLE "_labels" (
    "A" INTEGER NOT NULL,
    "B" BIGINT NOT NULL,

    CONSTRAINT "_labels_AB_pkey" PRIMARY KEY ("A","B")
);
CREATE TABLE "_top" (
    "A" INTEGER NOT NULL,
    "B" BIGINT NOT NULL,

    CONSTRAINT "_top_AB_pkey" PRIMARY KEY ("A","B")
);
CREATE TABLE "_follows" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_follows_AB_pkey" PRIMARY KEY ("A","B")
);
CREATE UNIQUE INDEX "authors_name_key" ON "authors"("name");
CREATE INDEX "Employee_managerId_idx" ON "Employee"("managerId");
CREATE UNIQUE INDEX "Person_spouseId_key" ON "Person"("spouseId");
CREATE UNIQUE INDEX "Passport_authorId_key" ON "Passport"("authorId");
CREATE UNIQUE INDEX "Warehouse_code_key" ON "Warehouse"("code");
CREATE UNIQUE INDEX "Warehouse_region_place_key" ON "Warehouse"("region", "place");
CREATE INDEX "_CategoryToPost_B_index" ON "_CategoryToPost"("B");
CREATE INDEX "_labels_B_index" ON "_labels"("B");
CREATE INDEX "_top_B_index" ON "_top"("B");
CREATE INDEX "_follows_B_index" ON "_follows"("B");
ALTER TABLE "Post" ADD CONSTRAINT "Post_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "authors"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Post" ADD CONSTRAINT "Post_editorId_fkey" FOREIGN KEY ("editorId") REFERENCES "authors"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Employee" ADD CONSTRAINT "the_manager" FOREIGN KEY ("managerId") REFERENCES "Employee"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Person" ADD CONSTRAINT "Person_spouseId_fkey" FOREIGN KEY ("spouseId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Passport" ADD CONSTRAINT "Passport_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "authors"("id") ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_tenant_orderNumber_fkey" FOREIGN KEY ("tenant", "orderNumber") REFERENCES "Order"("tenant", "number") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_giftTenant_giftNumber_fkey" FOREIGN KEY ("giftTenant", "giftNumber") REFERENCES "Order"("tenant", "number") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_tenant_place_fkey" FOREIGN KEY ("tenant", "place") REFERENCES "Warehouse"("region", "place") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Stock" ADD CONSTRAINT "Stock_warehouseCode_fkey" FOREIGN KEY ("warehouseCode") REFERENCES "Warehouse"("code") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Actions" ADD CONSTRAINT "Actions_cascadeId_fkey" FOREIGN KEY ("cascadeId") REFERENCES "ActionTarget"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Actions" ADD CONSTRAINT "Actions_restrictId_fkey" FOREIGN KEY ("restrictId") REFERENCES "ActionTarget"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "Actions" ADD CONSTRAINT "Actions_noActionId_fkey" FOREIGN KEY ("noActionId") REFERENCES "ActionTarget"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "Actions" ADD CONSTRAINT "Actions_setNullId_fkey" FOREIGN KEY ("setNullId") REFERENCES "ActionTarget"("id") ON DELETE SET NULL ON UPDATE SET NULL;
ALTER TABLE "Actions" ADD CONSTRAINT "Actions_defaultId_fkey" FOREIGN KEY ("defaultId") REFERENCES "ActionTarget"("id") ON DELETE SET DEFAULT ON UPDATE SET DEFAULT;
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_personId_fkey" FOREIGN KEY ("personId") REFERENCES "ClubPerson"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_A_fkey" FOREIGN KEY ("A") REFERENCES "Category"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_B_fkey" FOREIGN KEY ("B") REFERENCES "Post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_labels" ADD CONSTRAINT "_labels_A_fkey" FOREIGN KEY ("A") REFERENCES "Post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_labels" ADD CONSTRAINT "_labels_B_fkey" FOREIGN KEY ("B") REFERENCES "tags"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_top" ADD CONSTRAINT "_top_A_fkey" FOREIGN KEY ("A") REFERENCES "Post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_top" ADD CONSTRAINT "_top_B_fkey" FOREIGN KEY ("B") REFERENCES "tags"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_follows" ADD CONSTRAINT "_follows_A_fkey" FOREIGN KEY ("A") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_follows" ADD CONSTRAINT "_follows_B_fkey" FOREIGN KEY ("B") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- naming.prisma
CREATE TABLE "user_setting" (
    "id" INTEGER NOT NULL,
    "and" INTEGER NOT NULL,
    "or" INTEGER NOT NULL,
    "not" INTEGER NOT NULL,
    "counts" INTEGER NOT NULL,
    "base" INTEGER NOT NULL,
    "search" INTEGER NOT NULL,
    "set_null" INTEGER NOT NULL,
    "fooBar" INTEGER NOT NULL,
    "foo_bar" INTEGER NOT NULL,
    "value" INTEGER NOT NULL,
    "has_value" BOOLEAN NOT NULL,
    "message" TEXT NOT NULL,
    "option" TEXT NOT NULL,
    "reserved" TEXT NOT NULL,
    "string" TEXT NOT NULL,
    "oneof" TEXT NOT NULL,
    "map" TEXT NOT NULL,
    "URLValue" TEXT NOT NULL,
    "x1" INTEGER NOT NULL,
    "x_1" INTEGER NOT NULL,

    CONSTRAINT "user_setting_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Health" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Health_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "PostWhere" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "PostWhere_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "tag_group" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "tag_group_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Topic" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Topic_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Hidden" (
    "id" INTEGER NOT NULL,
    "secret" TEXT,

    CONSTRAINT "Hidden_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "_TopicTotag_group" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_TopicTotag_group_AB_pkey" PRIMARY KEY ("A","B")
);
CREATE INDEX "_TopicTotag_group_B_index" ON "_TopicTotag_group"("B");
ALTER TABLE "_TopicTotag_group" ADD CONSTRAINT "_TopicTotag_group_A_fkey" FOREIGN KEY ("A") REFERENCES "Topic"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_TopicTotag_group" ADD CONSTRAINT "_TopicTotag_group_B_fkey" FOREIGN KEY ("B") REFERENCES "tag_group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- audit.prisma
CREATE TABLE "audit"."log" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "severity" "audit"."Severity" NOT NULL DEFAULT 'fatal',
    "many" "audit"."Severity"[],
    "both" "audit"."Severity"[] DEFAULT ARRAY['INFO', 'fatal']::"audit"."Severity"[],
    "authorId" INTEGER,
    "actorId" INTEGER NOT NULL,

    CONSTRAINT "log_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "audit"."actor" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "actor_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "audit"."AuditMark" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "AuditMark_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "audit"."_AuditLogToAuditMark" (
    "A" BIGINT NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_AuditLogToAuditMark_AB_pkey" PRIMARY KEY ("A","B")
);
CREATE INDEX "log_at_idx" ON "audit"."log"("at");
CREATE UNIQUE INDEX "actor_name_key" ON "audit"."actor"("name");
CREATE INDEX "_AuditLogToAuditMark_B_index" ON "audit"."_AuditLogToAuditMark"("B");
ALTER TABLE "audit"."log" ADD CONSTRAINT "log_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "audit"."actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "audit"."_AuditLogToAuditMark" ADD CONSTRAINT "_AuditLogToAuditMark_A_fkey" FOREIGN KEY ("A") REFERENCES "audit"."log"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "audit"."_AuditLogToAuditMark" ADD CONSTRAINT "_AuditLogToAuditMark_B_fkey" FOREIGN KEY ("B") REFERENCES "audit"."AuditMark"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- views.prisma
CREATE VIEW "post_titles" AS SELECT p."id", p."title", a."name" AS "author", a."id" AS "authorId" FROM "Post" p JOIN "authors" a ON a."id" = p."author_id";
