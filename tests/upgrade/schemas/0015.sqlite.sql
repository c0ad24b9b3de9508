BEGIN TRANSACTION;
CREATE TABLE access_grant (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	staff_id VARCHAR(36) NOT NULL, 
	staff_name VARCHAR(120) NOT NULL, 
	organisation VARCHAR(40) NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	until DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "access_grant" VALUES(1,'conversation_id-0','staff_id-0','staff_name-0','organisation-0','reason-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "access_grant" VALUES(2,'conversation_id-1','staff_id-1','staff_name-1','organisation-1','reason-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0015');
CREATE TABLE attachment (
	id VARCHAR(36) NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	message_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	mime VARCHAR(80) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	size INTEGER NOT NULL, 
	scanned BOOLEAN NOT NULL, 
	source VARCHAR(400), 
	state VARCHAR(10) NOT NULL, 
	reason VARCHAR(24), 
	attempts INTEGER NOT NULL, 
	next_at DATETIME, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE
);
INSERT INTO "attachment" VALUES('id-0','367065b2-6c51-469b-bcca-3f120823d425',1,1,'name-0','mime-0','kind-0',1,0,'source-0','state-0','reason-0',1,'2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "attachment" VALUES('id-1','9ee53e2f-b758-41ba-b968-04aae1374c46',2,2,'name-1','mime-1','kind-1',2,0,'source-1','state-1','reason-1',2,'2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE attachment_bytes (
	attachment_id VARCHAR(36) NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (attachment_id), 
	FOREIGN KEY(attachment_id) REFERENCES attachment (id) ON DELETE CASCADE
);
INSERT INTO "attachment_bytes" VALUES('id-0',X'00FF');
INSERT INTO "attachment_bytes" VALUES('id-1',X'00FF');
CREATE TABLE attempt (
	id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	subject_hash VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "attempt" VALUES(1,'kind-0','subject_hash-0','2026-11-01 12:00:00.000000');
INSERT INTO "attempt" VALUES(2,'kind-1','subject_hash-1','2026-11-01 12:00:00.000000');
CREATE TABLE audit_horizon (
	id INTEGER NOT NULL, 
	"before" DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "audit_horizon" VALUES(1,'2026-11-01 12:00:00.000000');
INSERT INTO "audit_horizon" VALUES(2,'2026-11-01 12:00:00.000000');
CREATE TABLE audit_seal (
	seq INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	record_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	"key" VARCHAR(12) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	link VARCHAR(64) NOT NULL, 
	PRIMARY KEY (seq), 
	CONSTRAINT uq_audit_seal_record UNIQUE (kind, record_id, at)
);
INSERT INTO "audit_seal" VALUES(1,'kind-0',1,'2026-11-01 12:00:00.000000','key-0','digest-0','link-0');
INSERT INTO "audit_seal" VALUES(2,'kind-1',2,'2026-11-01 12:00:00.000000','key-1','digest-1','link-1');
CREATE TABLE callback (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	organisation VARCHAR(40), 
	topic VARCHAR(200), 
	channel VARCHAR(16) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	urgency VARCHAR(8) NOT NULL, 
	number VARCHAR(20), 
	question TEXT NOT NULL, 
	window_from DATETIME NOT NULL, 
	window_until DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	version INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	taken_by VARCHAR(36), 
	taken_name VARCHAR(120), 
	requested_by VARCHAR(120) NOT NULL, 
	told_late BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	settled_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
INSERT INTO "callback" VALUES(1,'367065b2-6c51-469b-bcca-3f120823d425','organisation-0','topic-0','channel-0','nguage-0','rgency-0','number-0','question-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','state-0',1,1,'taken_by-0','taken_name-0','requested_by-0',0,'2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "callback" VALUES(2,'9ee53e2f-b758-41ba-b968-04aae1374c46','organisation-1','topic-1','channel-1','nguage-1','rgency-1','number-1','question-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','state-1',2,2,'taken_by-1','taken_name-1','requested_by-1',0,'2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE callback_event (
	id INTEGER NOT NULL, 
	callback_id INTEGER NOT NULL, 
	what VARCHAR(16) NOT NULL, 
	actor VARCHAR(120) NOT NULL, 
	actor_name VARCHAR(120) NOT NULL, 
	note TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(callback_id) REFERENCES callback (id) ON DELETE CASCADE
);
INSERT INTO "callback_event" VALUES(1,1,'what-0','actor-0','actor_name-0','note-0','2026-11-01 12:00:00.000000');
INSERT INTO "callback_event" VALUES(2,2,'what-1','actor-1','actor_name-1','note-1','2026-11-01 12:00:00.000000');
CREATE TABLE contact_job (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	up_to_seq INTEGER NOT NULL, 
	closing BOOLEAN NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	content JSON NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	lease VARCHAR(64), 
	error VARCHAR(80), 
	created_at DATETIME NOT NULL, 
	done_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_contact_job UNIQUE (conversation_id, closing, up_to_seq)
);
INSERT INTO "contact_job" VALUES(1,'conversation_id-0',1,0,'state-0','{}',1,'2026-11-01 12:00:00.000000','lease-0','error-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "contact_job" VALUES(2,'conversation_id-1',2,0,'state-1','{}',2,'2026-11-01 12:00:00.000000','lease-1','error-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE conversation (
	id VARCHAR(36) NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	address VARCHAR(128) NOT NULL, 
	state VARCHAR(24) NOT NULL, 
	epoch INTEGER NOT NULL, 
	bot_session INTEGER NOT NULL, 
	last_seq INTEGER NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	trust VARCHAR(16) NOT NULL, 
	trust_until DATETIME, 
	topic VARCHAR(200), 
	product VARCHAR(80), 
	organisation VARCHAR(40), 
	outcome VARCHAR(24), 
	urgency VARCHAR(8) NOT NULL, 
	reason VARCHAR(24), 
	facts JSON NOT NULL, 
	summary JSON, 
	owner_id VARCHAR(36), 
	owner_name VARCHAR(120), 
	owner_organisation VARCHAR(40), 
	queued_at DATETIME, 
	pending INTEGER NOT NULL, 
	pending_since DATETIME, 
	lease VARCHAR(64), 
	lease_until DATETIME, 
	follows VARCHAR(36), 
	closing JSON, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, team VARCHAR(40), 
	PRIMARY KEY (id)
);
INSERT INTO "conversation" VALUES('367065b2-6c51-469b-bcca-3f120823d425','web','address','bot',0,0,3,'nl','anoniem',NULL,NULL,NULL,NULL,NULL,'normaal',NULL,'{"onderwerp": "huur"}',NULL,NULL,NULL,NULL,NULL,1,'2026-11-22 09:00:00.000000',NULL,NULL,NULL,NULL,'2026-11-22 09:00:00.000000','2026-11-22 09:00:00.000000',NULL);
INSERT INTO "conversation" VALUES('cfb0090e-117a-4264-8015-a8641c5c270b','web','address','claimed',2,0,2,'nl','anoniem',NULL,NULL,NULL,NULL,NULL,'normaal','human','{"onderwerp": "huur"}',NULL,'1','Sam','gemeente','2026-11-22 09:00:00.000000',0,NULL,NULL,NULL,NULL,NULL,'2026-11-22 09:00:00.000000','2026-11-22 09:00:00.000000',NULL);
INSERT INTO "conversation" VALUES('9ee53e2f-b758-41ba-b968-04aae1374c46','web','address','closed',1,0,2,'nl','anoniem',NULL,NULL,NULL,NULL,NULL,'normaal',NULL,'{"onderwerp": "huur"}',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,'2026-11-22 09:00:00.000000','2026-11-22 09:00:00.000000',NULL);
CREATE TABLE daily_figure (
	day DATE NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	team VARCHAR(40) NOT NULL, 
	organisation VARCHAR(40) NOT NULL, 
	conversations INTEGER NOT NULL, 
	by_bot INTEGER NOT NULL, 
	by_human INTEGER NOT NULL, 
	not_helped INTEGER NOT NULL, 
	reopened INTEGER NOT NULL, 
	wrong_counter INTEGER NOT NULL, 
	answered INTEGER NOT NULL, 
	in_target INTEGER NOT NULL, 
	waited_seconds INTEGER NOT NULL, 
	longest_seconds INTEGER NOT NULL, 
	transferred INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	callbacks INTEGER NOT NULL, 
	called INTEGER NOT NULL, 
	not_reached INTEGER NOT NULL, 
	rated INTEGER NOT NULL, 
	rating_sum INTEGER NOT NULL, 
	rated_low INTEGER NOT NULL, 
	PRIMARY KEY (day, channel, team, organisation)
);
INSERT INTO "daily_figure" VALUES('2026-11-01','channel-0','team-0','organisation-0',1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1);
INSERT INTO "daily_figure" VALUES('2026-11-02','channel-1','team-1','organisation-1',2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2);
CREATE TABLE daily_topic (
	day DATE NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	team VARCHAR(40) NOT NULL, 
	organisation VARCHAR(40) NOT NULL, 
	topic VARCHAR(200) NOT NULL, 
	conversations INTEGER NOT NULL, 
	PRIMARY KEY (day, channel, team, organisation, topic)
);
INSERT INTO "daily_topic" VALUES('2026-11-01','channel-0','team-0','organisation-0','topic-0',1);
INSERT INTO "daily_topic" VALUES('2026-11-02','channel-1','team-1','organisation-1','topic-1',2);
CREATE TABLE daily_wait (
	day DATE NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	team VARCHAR(40) NOT NULL, 
	organisation VARCHAR(40) NOT NULL, 
	minutes INTEGER NOT NULL, 
	conversations INTEGER NOT NULL, 
	PRIMARY KEY (day, channel, team, organisation, minutes)
);
INSERT INTO "daily_wait" VALUES('2026-11-01','channel-0','team-0','organisation-0',1,1);
INSERT INTO "daily_wait" VALUES('2026-11-02','channel-1','team-1','organisation-1',2,2);
CREATE TABLE "digid_session" (
	conversation_id VARCHAR(36) NOT NULL, 
	sealed_bsn TEXT NOT NULL, 
	begun_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	PRIMARY KEY (conversation_id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
INSERT INTO "digid_session" VALUES('367065b2-6c51-469b-bcca-3f120823d425','sealed_bsn-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "digid_session" VALUES('9ee53e2f-b758-41ba-b968-04aae1374c46','sealed_bsn-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE forgetting (
	id INTEGER NOT NULL, 
	conversation VARCHAR(36) NOT NULL, 
	sessions JSON NOT NULL, 
	erased_at DATETIME NOT NULL, 
	next_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "forgetting" VALUES(1,'conversation-0','{}','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000',1);
INSERT INTO "forgetting" VALUES(2,'conversation-1','{}','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000',2);
CREATE TABLE job (
	name VARCHAR(40) NOT NULL, 
	holder VARCHAR(64), 
	held_until DATETIME, 
	done_at DATETIME, 
	PRIMARY KEY (name)
);
INSERT INTO "job" VALUES('name-0','holder-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "job" VALUES('name-1','holder-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE lookup (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	actor VARCHAR(120) NOT NULL, 
	case_number VARCHAR(64) NOT NULL, 
	purpose VARCHAR(80) NOT NULL, 
	trust VARCHAR(16) NOT NULL, 
	outcome VARCHAR(24) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "lookup" VALUES(1,'conversation_id-0','actor-0','case_number-0','purpose-0','trust-0','outcome-0','2026-11-01 12:00:00.000000');
INSERT INTO "lookup" VALUES(2,'conversation_id-1','actor-1','case_number-1','purpose-1','trust-1','outcome-1','2026-11-01 12:00:00.000000');
CREATE TABLE managed (
	kind VARCHAR(24) NOT NULL, 
	"key" VARCHAR(120) NOT NULL, 
	value JSON, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (kind, "key")
);
INSERT INTO "managed" VALUES('kind-0','key-0','{}',1);
INSERT INTO "managed" VALUES('kind-1','key-1','{}',2);
CREATE TABLE managed_change (
	id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	"key" VARCHAR(120) NOT NULL, 
	version INTEGER NOT NULL, 
	old JSON, 
	new JSON, 
	actor VARCHAR(36) NOT NULL, 
	actor_name VARCHAR(120) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "managed_change" VALUES(1,'kind-0','key-0',1,'{}','{}','actor-0','actor_name-0','2026-11-01 12:00:00.000000');
INSERT INTO "managed_change" VALUES(2,'kind-1','key-1',2,'{}','{}','actor-1','actor_name-1','2026-11-01 12:00:00.000000');
CREATE TABLE mention (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	seq INTEGER NOT NULL, 
	staff_id VARCHAR(36) NOT NULL, 
	by_id VARCHAR(36) NOT NULL, 
	by_name VARCHAR(120) NOT NULL, 
	created_at DATETIME NOT NULL, 
	done_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	FOREIGN KEY(staff_id) REFERENCES staff (id) ON DELETE CASCADE
);
INSERT INTO "mention" VALUES(1,'367065b2-6c51-469b-bcca-3f120823d425',1,'id-0','by_id-0','by_name-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "mention" VALUES(2,'9ee53e2f-b758-41ba-b968-04aae1374c46',2,'id-1','by_id-1','by_name-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE message (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	seq INTEGER NOT NULL, 
	author VARCHAR(8) NOT NULL, 
	author_id VARCHAR(36), 
	author_name VARCHAR(120), 
	channel VARCHAR(16) NOT NULL, 
	provider_id VARCHAR(80), 
	text TEXT NOT NULL, 
	content JSON NOT NULL, 
	payload VARCHAR(400), 
	understanding JSON, 
	epoch INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	handled_at DATETIME, 
	delivery VARCHAR(12), 
	created_at DATETIME NOT NULL, together INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	CONSTRAINT uq_message_provider UNIQUE (channel, provider_id), 
	CONSTRAINT uq_message_seq UNIQUE (conversation_id, seq)
);
INSERT INTO "message" VALUES(1,'367065b2-6c51-469b-bcca-3f120823d425',1,'citizen',NULL,NULL,'web','eerste-367065b2-6c51-469b-bcca-3f120823d425','Heb ik recht op huurtoeslag?','{}',NULL,'{"uitkomst": "antwoord"}',0,1,'2026-11-22 09:00:00.000000',NULL,'2026-11-22 09:00:00.000000',NULL);
INSERT INTO "message" VALUES(2,'367065b2-6c51-469b-bcca-3f120823d425',2,'bot',NULL,NULL,'web',NULL,'Dat kan.','{"buttons": [], "links": [], "phones": [], "card": null}',NULL,'null',0,0,'2026-11-22 09:00:00.000000','pending','2026-11-22 09:00:00.000000',NULL);
INSERT INTO "message" VALUES(3,'cfb0090e-117a-4264-8015-a8641c5c270b',1,'citizen',NULL,NULL,'web','eerste-cfb0090e-117a-4264-8015-a8641c5c270b','Heb ik recht op huurtoeslag?','{}',NULL,'{"uitkomst": "antwoord"}',0,1,'2026-11-22 09:00:00.000000',NULL,'2026-11-22 09:00:00.000000',NULL);
INSERT INTO "message" VALUES(4,'cfb0090e-117a-4264-8015-a8641c5c270b',2,'bot',NULL,NULL,'web',NULL,'Dat kan.','{"buttons": [], "links": [], "phones": [], "card": null}',NULL,'null',0,0,'2026-11-22 09:00:00.000000','pending','2026-11-22 09:00:00.000000',NULL);
INSERT INTO "message" VALUES(5,'9ee53e2f-b758-41ba-b968-04aae1374c46',1,'citizen',NULL,NULL,'web','eerste-9ee53e2f-b758-41ba-b968-04aae1374c46','Heb ik recht op huurtoeslag?','{}',NULL,'{"uitkomst": "antwoord"}',0,1,'2026-11-22 09:00:00.000000',NULL,'2026-11-22 09:00:00.000000',NULL);
INSERT INTO "message" VALUES(6,'9ee53e2f-b758-41ba-b968-04aae1374c46',2,'bot',NULL,NULL,'web',NULL,'Dat kan.','{"buttons": [], "links": [], "phones": [], "card": null}',NULL,'null',0,0,'2026-11-22 09:00:00.000000','pending','2026-11-22 09:00:00.000000',NULL);
INSERT INTO "message" VALUES(7,'367065b2-6c51-469b-bcca-3f120823d425',3,'citizen',NULL,NULL,'web','wacht','En hoeveel is dat?','{}',NULL,'null',0,0,NULL,NULL,'2026-11-22 09:00:00.000000',NULL);
CREATE TABLE notification (
	id INTEGER NOT NULL, 
	identity VARCHAR(64) NOT NULL, 
	resource VARCHAR(100) NOT NULL, 
	action VARCHAR(100) NOT NULL, 
	case_uuid VARCHAR(36) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	lease VARCHAR(64), 
	error VARCHAR(80), 
	received_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (identity)
);
INSERT INTO "notification" VALUES(1,'identity-0','resource-0','action-0','case_uuid-0','state-0',1,'2026-11-01 12:00:00.000000','lease-0','error-0','2026-11-01 12:00:00.000000');
INSERT INTO "notification" VALUES(2,'identity-1','resource-1','action-1','case_uuid-1','state-1',2,'2026-11-01 12:00:00.000000','lease-1','error-1','2026-11-01 12:00:00.000000');
CREATE TABLE oidc_login (
	state_hash VARCHAR(64) NOT NULL, 
	purpose VARCHAR(24) NOT NULL, 
	browser_hash VARCHAR(64) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	sealed TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	taken_at DATETIME, 
	PRIMARY KEY (state_hash)
);
INSERT INTO "oidc_login" VALUES('state_hash-0','purpose-0','browser_hash-0','subject-0','sealed-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "oidc_login" VALUES('state_hash-1','purpose-1','browser_hash-1','subject-1','sealed-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE one_time_token (
	token_hash VARCHAR(64) NOT NULL, 
	purpose VARCHAR(24) NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
INSERT INTO "one_time_token" VALUES('token_hash-0','purpose-0','367065b2-6c51-469b-bcca-3f120823d425','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "one_time_token" VALUES('token_hash-1','purpose-1','9ee53e2f-b758-41ba-b968-04aae1374c46','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	message_id INTEGER NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	lease VARCHAR(64), 
	error VARCHAR(80), 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE, 
	UNIQUE (message_id)
);
INSERT INTO "outbox" VALUES(1,'367065b2-6c51-469b-bcca-3f120823d425',2,'web','pending',0,'2026-11-22 09:00:00.000000',NULL,NULL);
INSERT INTO "outbox" VALUES(2,'cfb0090e-117a-4264-8015-a8641c5c270b',4,'web','pending',0,'2026-11-22 09:00:00.000000',NULL,NULL);
INSERT INTO "outbox" VALUES(3,'9ee53e2f-b758-41ba-b968-04aae1374c46',6,'web','pending',0,'2026-11-22 09:00:00.000000',NULL,NULL);
CREATE TABLE partner_address (
	id VARCHAR(36) NOT NULL, 
	partner_id VARCHAR(36) NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	number VARCHAR(20) NOT NULL, 
	conversation_id VARCHAR(36), 
	profile_name VARCHAR(80), 
	introduced_at DATETIME, 
	heard_at DATETIME, 
	asked_at DATETIME, 
	opted_out_at DATETIME, 
	unreachable VARCHAR(16), 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE SET NULL, 
	CONSTRAINT uq_partner_address UNIQUE (channel, number)
);
INSERT INTO "partner_address" VALUES('id-0','partner_id-0','channel-0','number-0','367065b2-6c51-469b-bcca-3f120823d425','profile_name-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','unreachable-0','2026-11-01 12:00:00.000000');
INSERT INTO "partner_address" VALUES('id-1','partner_id-1','channel-1','number-1','9ee53e2f-b758-41ba-b968-04aae1374c46','profile_name-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','unreachable-1','2026-11-01 12:00:00.000000');
CREATE TABLE partner_consent (
	id INTEGER NOT NULL, 
	partner_id VARCHAR(36) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	wording TEXT NOT NULL, 
	proof VARCHAR(80) NOT NULL, 
	given_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, 
	PRIMARY KEY (id)
);
INSERT INTO "partner_consent" VALUES(1,'partner_id-0','kind-0','channel-0','wording-0','proof-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "partner_consent" VALUES(2,'partner_id-1','kind-1','channel-1','wording-1','proof-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE presence (
	staff_id VARCHAR(36) NOT NULL, 
	status VARCHAR(8) NOT NULL, 
	since DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	active_at DATETIME NOT NULL, 
	PRIMARY KEY (staff_id), 
	FOREIGN KEY(staff_id) REFERENCES staff (id) ON DELETE CASCADE
);
INSERT INTO "presence" VALUES('id-0','status-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "presence" VALUES('id-1','status-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE provider_message (
	id VARCHAR(36) NOT NULL, 
	message_id INTEGER NOT NULL, 
	part INTEGER NOT NULL, 
	address_id VARCHAR(36) NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	sid VARCHAR(40), 
	state VARCHAR(12) NOT NULL, 
	error INTEGER, 
	segments INTEGER NOT NULL, 
	retries INTEGER NOT NULL, 
	first_tried_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE, 
	UNIQUE (sid), 
	CONSTRAINT uq_provider_part UNIQUE (message_id, part)
);
INSERT INTO "provider_message" VALUES('id-0',1,1,'address_id-0','channel-0','sid-0','state-0',1,1,1,'2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "provider_message" VALUES('id-1',2,2,'address_id-1','channel-1','sid-1','state-1',2,2,2,'2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE rating (
	conversation_id VARCHAR(36) NOT NULL, 
	score INTEGER NOT NULL, 
	words TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (conversation_id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
INSERT INTO "rating" VALUES('367065b2-6c51-469b-bcca-3f120823d425',1,'words-0','2026-11-01 12:00:00.000000');
INSERT INTO "rating" VALUES('9ee53e2f-b758-41ba-b968-04aae1374c46',2,'words-1','2026-11-01 12:00:00.000000');
CREATE TABLE review (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	seq INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	reasons JSON NOT NULL, 
	thought JSON, 
	state VARCHAR(12) NOT NULL, 
	outcome VARCHAR(24), 
	organisations JSON NOT NULL, 
	product VARCHAR(80), 
	answered_by VARCHAR(36), 
	answered_name VARCHAR(120), 
	answered_at DATETIME, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	CONSTRAINT uq_review_message UNIQUE (conversation_id, seq)
);
INSERT INTO "review" VALUES(1,'367065b2-6c51-469b-bcca-3f120823d425',1,'text-0','nguage-0','{}','{}','state-0','outcome-0','{}','product-0','answered_by-0','answered_name-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "review" VALUES(2,'9ee53e2f-b758-41ba-b968-04aae1374c46',2,'text-1','nguage-1','{}','{}','state-1','outcome-1','{}','product-1','answered_by-1','answered_name-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE seen_webhook (
	digest VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "seen_webhook" VALUES('digest-0','2026-11-01 12:00:00.000000');
INSERT INTO "seen_webhook" VALUES('digest-1','2026-11-01 12:00:00.000000');
CREATE TABLE sender_slot (
	sender VARCHAR(40) NOT NULL, 
	next_at DATETIME NOT NULL, 
	PRIMARY KEY (sender)
);
INSERT INTO "sender_slot" VALUES('sender-0','2026-11-01 12:00:00.000000');
INSERT INTO "sender_slot" VALUES('sender-1','2026-11-01 12:00:00.000000');
CREATE TABLE "staff" (
	id VARCHAR(36) NOT NULL, 
	username VARCHAR(80) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	organisation VARCHAR(40) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	password_hash VARCHAR(200) NOT NULL, 
	demo BOOLEAN NOT NULL, 
	subject VARCHAR(300), 
	PRIMARY KEY (id), 
	CONSTRAINT uq_staff_subject UNIQUE (subject), 
	UNIQUE (username)
);
INSERT INTO "staff" VALUES('id-0','username-0','name-0','organisation-0','role-0','password_hash-0',0,'subject-0');
INSERT INTO "staff" VALUES('id-1','username-1','name-1','organisation-1','role-1','password_hash-1',0,'subject-1');
CREATE TABLE staff_session (
	id VARCHAR(36) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	previous_hash VARCHAR(64), 
	previous_until DATETIME, 
	staff_id VARCHAR(36) NOT NULL, 
	csrf VARCHAR(64) NOT NULL, 
	id_token TEXT, 
	created_at DATETIME NOT NULL, 
	rotated_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	active_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(staff_id) REFERENCES staff (id) ON DELETE CASCADE, 
	UNIQUE (secret_hash)
);
INSERT INTO "staff_session" VALUES('id-0','secret_hash-0','previous_hash-0','2026-11-01 12:00:00.000000','id-0','csrf-0','id_token-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "staff_session" VALUES('id-1','secret_hash-1','previous_hash-1','2026-11-01 12:00:00.000000','id-1','csrf-1','id_token-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE subscription (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	system_id VARCHAR(40) NOT NULL, 
	case_uuid VARCHAR(36) NOT NULL, 
	trust VARCHAR(16) NOT NULL, 
	wording TEXT NOT NULL, 
	stamp VARCHAR(120), 
	opted_in_at DATETIME NOT NULL, 
	opted_out_at DATETIME, 
	due_at DATETIME, 
	told_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	CONSTRAINT uq_subscription UNIQUE (conversation_id, system_id, case_uuid)
);
INSERT INTO "subscription" VALUES(1,'367065b2-6c51-469b-bcca-3f120823d425','system_id-0','case_uuid-0','trust-0','wording-0','stamp-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "subscription" VALUES(2,'9ee53e2f-b758-41ba-b968-04aae1374c46','system_id-1','case_uuid-1','trust-1','wording-1','stamp-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE team (
	id VARCHAR(40) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	organisation VARCHAR(40) NOT NULL, 
	line VARCHAR(8) NOT NULL, 
	skills JSON NOT NULL, 
	origin VARCHAR(8) NOT NULL, 
	active BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "team" VALUES('id-0','name-0','organisation-0','line-0','{}','origin-0',0);
INSERT INTO "team" VALUES('id-1','name-1','organisation-1','line-1','{}','origin-1',0);
CREATE TABLE team_member (
	team_id VARCHAR(40) NOT NULL, 
	staff_id VARCHAR(36) NOT NULL, 
	PRIMARY KEY (team_id, staff_id), 
	FOREIGN KEY(team_id) REFERENCES team (id) ON DELETE CASCADE, 
	FOREIGN KEY(staff_id) REFERENCES staff (id) ON DELETE CASCADE
);
INSERT INTO "team_member" VALUES('id-0','id-0');
INSERT INTO "team_member" VALUES('id-1','id-1');
CREATE TABLE transfer (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	from_staff VARCHAR(36) NOT NULL, 
	from_name VARCHAR(120) NOT NULL, 
	from_team VARCHAR(40), 
	kind VARCHAR(12) NOT NULL, 
	to_staff VARCHAR(36), 
	to_team VARCHAR(40), 
	to_name VARCHAR(160) NOT NULL, 
	note TEXT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	refusal TEXT, 
	answered_by VARCHAR(36), 
	answered_name VARCHAR(120), 
	created_at DATETIME NOT NULL, 
	answered_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
INSERT INTO "transfer" VALUES(1,'367065b2-6c51-469b-bcca-3f120823d425','from_staff-0','from_name-0','from_team-0','kind-0','to_staff-0','to_team-0','to_name-0','note-0','state-0','refusal-0','answered_by-0','answered_name-0','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "transfer" VALUES(2,'9ee53e2f-b758-41ba-b968-04aae1374c46','from_staff-1','from_name-1','from_team-1','kind-1','to_staff-1','to_team-1','to_name-1','note-1','state-1','refusal-1','answered_by-1','answered_name-1','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE TABLE transition (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	from_state VARCHAR(24) NOT NULL, 
	to_state VARCHAR(24) NOT NULL, 
	epoch INTEGER NOT NULL, 
	actor VARCHAR(120) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
INSERT INTO "transition" VALUES(1,'cfb0090e-117a-4264-8015-a8641c5c270b','bot','queued',1,'bot','human','2026-11-22 09:00:00.000000');
INSERT INTO "transition" VALUES(2,'cfb0090e-117a-4264-8015-a8641c5c270b','queued','claimed',2,'test','test','2026-11-22 09:00:00.000000');
INSERT INTO "transition" VALUES(3,'9ee53e2f-b758-41ba-b968-04aae1374c46','bot','closed',1,'test','test','2026-11-22 09:00:00.000000');
CREATE TABLE web_session (
	id VARCHAR(36) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	created_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	UNIQUE (secret_hash)
);
INSERT INTO "web_session" VALUES('id-0','secret_hash-0','367065b2-6c51-469b-bcca-3f120823d425','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
INSERT INTO "web_session" VALUES('id-1','secret_hash-1','9ee53e2f-b758-41ba-b968-04aae1374c46','2026-11-01 12:00:00.000000','2026-11-01 12:00:00.000000');
CREATE INDEX ix_attempt_subject ON attempt (kind, subject_hash, at);
CREATE INDEX ix_conversation_address ON conversation (channel, address);
CREATE INDEX ix_conversation_pending ON conversation (pending, lease_until);
CREATE INDEX ix_conversation_state ON conversation (state, queued_at);
CREATE INDEX ix_conversation_updated ON conversation (updated_at);
CREATE INDEX ix_lookup_conversation_id ON lookup (conversation_id);
CREATE INDEX ix_transition_conversation_id ON transition (conversation_id);
CREATE INDEX ix_outbox_due ON outbox (state, next_at);
CREATE INDEX ix_review_state ON review (state, id);
CREATE INDEX ix_review_created ON review (created_at);
CREATE INDEX ix_contact_job_due ON contact_job (state, next_at);
CREATE INDEX ix_lookup_case_number ON lookup (case_number);
CREATE TRIGGER lookup_no_update before update on lookup
       begin select raise(abort, 'lookup is append only'); end;
CREATE TRIGGER lookup_no_delete before delete on lookup
       when not exists (select 1 from audit_horizon where old.at < audit_horizon.before)
       begin select raise(abort, 'lookup is append only'); end;
CREATE TRIGGER lookup_no_replace before insert on lookup
       when exists (select 1 from lookup where id = new.id)
       begin select raise(abort, 'lookup is append only'); end;
CREATE INDEX ix_notification_due ON notification (state, next_at);
CREATE INDEX ix_subscription_case_uuid ON subscription (case_uuid);
CREATE INDEX ix_subscription_due_at ON subscription (due_at);
CREATE INDEX ix_attachment_conversation_id ON attachment (conversation_id);
CREATE INDEX ix_attachment_message_id ON attachment (message_id);
CREATE INDEX ix_attachment_due ON attachment (state, next_at);
CREATE INDEX ix_attachment_created ON attachment (created_at);
CREATE INDEX ix_oidc_login_expires_at ON oidc_login (expires_at);
CREATE INDEX ix_one_time_token_conversation_id ON one_time_token (conversation_id);
CREATE INDEX ix_one_time_token_expires_at ON one_time_token (expires_at);
CREATE INDEX ix_forgetting_next_at ON forgetting (next_at);
CREATE INDEX ix_callback_conversation_id ON callback (conversation_id);
CREATE INDEX ix_callback_due ON callback (state, due_at);
CREATE INDEX ix_callback_window ON callback (window_from);
CREATE INDEX ix_callback_event_callback_id ON callback_event (callback_id);
CREATE INDEX ix_rating_at ON rating (at);
CREATE INDEX ix_conversation_team ON conversation (team);
CREATE INDEX ix_staff_session_previous_hash ON staff_session (previous_hash);
CREATE INDEX ix_team_member_staff_id ON team_member (staff_id);
CREATE INDEX ix_transfer_conversation ON transfer (conversation_id, state);
CREATE INDEX ix_transfer_to_staff ON transfer (to_staff);
CREATE INDEX ix_transfer_to_team ON transfer (to_team);
CREATE INDEX ix_mention_conversation_id ON mention (conversation_id);
CREATE INDEX ix_mention_staff ON mention (staff_id, done_at);
CREATE INDEX ix_access_grant ON access_grant (staff_id, conversation_id, until);
CREATE TRIGGER access_grant_no_update before update on access_grant
       begin select raise(abort, 'access_grant is append only'); end;
CREATE TRIGGER access_grant_no_delete before delete on access_grant
       when not exists (select 1 from audit_horizon where old.at < audit_horizon.before)
       begin select raise(abort, 'access_grant is append only'); end;
CREATE INDEX ix_partner_address_partner_id ON partner_address (partner_id);
CREATE INDEX ix_partner_address_conversation_id ON partner_address (conversation_id);
CREATE INDEX ix_partner_consent_partner_id ON partner_consent (partner_id);
CREATE INDEX ix_provider_message_address_id ON provider_message (address_id);
CREATE INDEX ix_seen_webhook_at ON seen_webhook (at);
CREATE INDEX ix_daily_topic_day ON daily_topic (day);
CREATE INDEX ix_managed_change ON managed_change (kind, "key", id);
CREATE INDEX ix_conversation_created ON conversation (created_at);
CREATE INDEX ix_transition_at ON transition (at);
CREATE INDEX ix_transfer_answered ON transfer (answered_at);
CREATE INDEX ix_callback_created ON callback (created_at);
CREATE TRIGGER managed_change_no_update before update on managed_change
       begin select raise(abort, 'managed_change is append only'); end;
CREATE TRIGGER managed_change_no_delete before delete on managed_change
       begin select raise(abort, 'managed_change is append only'); end;
CREATE INDEX ix_digid_session_expires_at ON digid_session (expires_at);
CREATE TRIGGER audit_seal_no_update before update on audit_seal
       begin select raise(abort, 'audit_seal is append only'); end;
CREATE TRIGGER audit_seal_no_delete before delete on audit_seal
       begin select raise(abort, 'audit_seal is append only'); end;
CREATE TRIGGER audit_seal_no_replace before insert on audit_seal
       when exists (select 1 from audit_seal where seq = new.seq)
       begin select raise(abort, 'audit_seal is append only'); end;
COMMIT;
