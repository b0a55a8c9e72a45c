CREATE TABLE public.admin_invitations (
    id text NOT NULL,
    "tokenDigest" text NOT NULL,
    role text NOT NULL,
    "createdAt" bigint NOT NULL,
    "expiresAt" bigint NOT NULL
);
CREATE TABLE public.administrators (
    "subjectId" text NOT NULL,
    role text NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastActedAt" bigint
);
CREATE TABLE public.attempt_tallies (
    "identifierDigest" text NOT NULL,
    factor text NOT NULL,
    "consecutiveFailures" integer NOT NULL,
    "lastFailureAt" bigint
);
CREATE TABLE public.attempts (
    id text NOT NULL,
    "identifierDigest" text NOT NULL,
    "subjectId" text,
    factor text NOT NULL,
    outcome text NOT NULL,
    score double precision,
    "clientId" text NOT NULL,
    address text NOT NULL,
    at bigint NOT NULL,
    "padScore" double precision,
    signals text,
    "browserDigest" text,
    network text
);
CREATE TABLE public.audit_events (
    id text NOT NULL,
    type text NOT NULL,
    "subjectId" text,
    "clientId" text,
    address text,
    detail text NOT NULL,
    at bigint NOT NULL,
    seq bigint,
    acr text,
    outcome text,
    reason text,
    salt text,
    "personalDigest" text,
    hash text
);
CREATE TABLE public.audit_marks (
    name text NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    mac text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.browser_notices (
    "tokenDigest" text NOT NULL,
    "subjectId" text NOT NULL,
    "knownBrowserId" text NOT NULL,
    family text NOT NULL,
    "signedInAt" bigint NOT NULL,
    "expiresAt" bigint NOT NULL,
    answer text,
    "answeredAt" bigint
);
CREATE TABLE public.browser_sessions (
    id text NOT NULL,
    uid text NOT NULL,
    "subjectId" text NOT NULL,
    "knownBrowserId" text,
    family text NOT NULL,
    acr text,
    "loginAt" bigint NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastSeenAt" bigint NOT NULL
);
CREATE TABLE public.consents (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    version text NOT NULL,
    "textDigest" text NOT NULL,
    "givenAt" bigint NOT NULL,
    "withdrawnAt" bigint
);
CREATE TABLE public.device_keys (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "publicKey" text NOT NULL,
    thumbprint text NOT NULL,
    name text NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastUsedAt" bigint,
    "revokedAt" bigint
);
CREATE TABLE public.email_changes (
    "subjectId" text NOT NULL,
    email text NOT NULL,
    "askedAt" bigint NOT NULL,
    "oldConfirmedAt" bigint,
    "newConfirmedAt" bigint
);
CREATE TABLE public.event_outbox (
    id text NOT NULL,
    seq bigint NOT NULL,
    body text NOT NULL,
    tries integer NOT NULL,
    "nextAt" bigint NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.job_leases (
    name text NOT NULL,
    holder text NOT NULL,
    "endsAt" bigint NOT NULL
);
CREATE TABLE public.known_browsers (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "browserDigest" text NOT NULL,
    family text NOT NULL,
    "firstSeenAt" bigint NOT NULL,
    "lastSeenAt" bigint NOT NULL
);
CREATE TABLE public.logout_deliveries (
    id text NOT NULL,
    "clientId" text NOT NULL,
    "subjectId" text,
    sid text,
    "createdAt" bigint NOT NULL,
    tries integer NOT NULL,
    "nextAt" bigint,
    outcome text NOT NULL,
    fault text
);
CREATE TABLE public.mail_letters (
    id text NOT NULL,
    kind text NOT NULL,
    "sealedLetter" text,
    tries integer NOT NULL,
    "createdAt" bigint NOT NULL,
    "nextAt" bigint,
    outcome text NOT NULL,
    fault text
);
CREATE TABLE public.mail_proofs (
    id text NOT NULL,
    purpose text NOT NULL,
    binding text NOT NULL,
    "subjectId" text,
    "emailDigest" text NOT NULL,
    "codeDigest" text NOT NULL,
    "tokenDigest" text NOT NULL,
    "triesLeft" integer NOT NULL,
    "codeEndsAt" bigint NOT NULL,
    "tokenEndsAt" bigint NOT NULL
);
CREATE TABLE public.managed_entries (
    kind text NOT NULL,
    id text NOT NULL,
    entry text NOT NULL,
    version integer NOT NULL,
    "createdAt" bigint NOT NULL,
    "createdBy" text NOT NULL,
    "changedAt" bigint NOT NULL,
    "changedBy" text NOT NULL
);
CREATE TABLE public.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE public.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.migrations_id_seq OWNED BY public.migrations.id;
CREATE TABLE public.oidc_records (
    model text NOT NULL,
    "idDigest" text NOT NULL,
    "sealedPayload" text NOT NULL,
    "subjectId" text,
    "grantDigest" text,
    "userCodeDigest" text,
    "uidDigest" text,
    "expiresAt" bigint,
    "consumedAt" bigint,
    "clientDigest" text
);
CREATE TABLE public.passkey_handles (
    "subjectId" text NOT NULL,
    handle text NOT NULL
);
CREATE TABLE public.passkeys (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "credentialId" text NOT NULL,
    "publicKey" text NOT NULL,
    counter bigint NOT NULL,
    transports text NOT NULL,
    "backupEligible" boolean NOT NULL,
    "backedUp" boolean NOT NULL,
    aaguid text NOT NULL,
    name text NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastUsedAt" bigint
);
CREATE TABLE public.private_documents (
    name text NOT NULL,
    body text NOT NULL,
    "changedAt" bigint NOT NULL
);
CREATE TABLE public.receipts (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    kind text NOT NULL,
    detail text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.recovery_codes (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    digest text NOT NULL,
    "usedAt" bigint
);
CREATE TABLE public.recovery_sets (
    "subjectId" text NOT NULL,
    salt text NOT NULL,
    "madeAt" bigint NOT NULL
);
CREATE TABLE public.short_lived (
    kind text NOT NULL,
    "idDigest" text NOT NULL,
    version text NOT NULL,
    "sealedValue" text NOT NULL,
    "expiresAt" bigint NOT NULL
);
CREATE TABLE public.short_lived_pieces (
    kind text NOT NULL,
    "idDigest" text NOT NULL,
    "position" integer NOT NULL,
    "sealedPiece" text NOT NULL,
    "expiresAt" bigint NOT NULL
);
CREATE TABLE public.spent_passkey_challenges (
    digest text NOT NULL,
    "endsAt" bigint NOT NULL
);
CREATE TABLE public.subjects (
    id text NOT NULL,
    email text NOT NULL,
    "emailKey" text NOT NULL,
    "emailVerified" boolean NOT NULL,
    "passwordHash" text NOT NULL,
    "createdAt" bigint NOT NULL,
    "updatedAt" bigint NOT NULL,
    name text,
    "disabledAt" bigint,
    "emailCodesOffAt" bigint
);
CREATE TABLE public.template_keys (
    "subjectId" text NOT NULL,
    "keyId" text NOT NULL,
    "wrappedKey" text NOT NULL
);
CREATE TABLE public.templates (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "keyId" text NOT NULL,
    model text NOT NULL,
    pose text NOT NULL,
    "sealedVector" text NOT NULL,
    "enrolledAt" bigint NOT NULL,
    "lastUsedAt" bigint,
    "enrolledOn" text
);
CREATE TABLE public.totp_seeds (
    "subjectId" text NOT NULL,
    state text NOT NULL,
    id text NOT NULL,
    "sealedSeed" text NOT NULL,
    "createdAt" bigint NOT NULL,
    "confirmedAt" bigint,
    "lastStep" bigint NOT NULL,
    "lastUsedAt" bigint
);
ALTER TABLE ONLY public.migrations ALTER COLUMN id SET DEFAULT nextval('public.migrations_id_seq'::regclass);
INSERT INTO public.admin_invitations VALUES ('332350c5-e7e5-4b0a-bf3f-c2626fde5e00', 'k6CQavqvg__qBgWSj57pd0cwz3_uBgSyUIJq8HkPKec', 'auditor', 1767268800000, 1767355200000);
INSERT INTO public.administrators VALUES ('de90cffc-648d-47fe-8c50-412a33935078', 'owner', 1767268800000, NULL);
INSERT INTO public.attempt_tallies VALUES ('ada', 'face', 1, 1767268800000);
INSERT INTO public.attempt_tallies VALUES ('ada', 'face pace', 1, 1767268800000);
INSERT INTO public.attempt_tallies VALUES ('ada', '*', 1, 1767268800000);
INSERT INTO public.attempts VALUES ('d4299614-97e7-4c97-bab6-14a15dfdf9c7', 'ada', 'de90cffc-648d-47fe-8c50-412a33935078', 'face', 'no_match', NULL, 'shop', '192.0.2.1', 1767268800000, NULL, NULL, NULL, NULL);
INSERT INTO public.audit_events VALUES ('ffeef3ba-5468-4b1b-a0c9-03787c84ad2f', 'templates_enrolled', 'de90cffc-648d-47fe-8c50-412a33935078', NULL, NULL, '{"count":3}', 1767268800000, 1, NULL, NULL, NULL, 'v4pz5NJU9MkdhSMWp6KDMA', 'mq-GJ8zSdNzkQHPXCNyhR3uZl_XYep0Xqy7F3R2dfJU', 'B1JeQBURj4oOjbEutgI7jylKh0YTVlNwwwwKg93QrAQ');
INSERT INTO public.audit_events VALUES ('9c83c393-808e-433b-8ac9-a8ef41f5ce9a', 'consent_given', 'de90cffc-648d-47fe-8c50-412a33935078', NULL, NULL, '{"version":"1"}', 1767268800000, 2, NULL, NULL, NULL, 'zvoJT7og5W4HsLaoDw_EGw', 'BErewHwb8nksicqNkTjT81Y7mMbyS2g3VV6g2y8SioA', 'qlvWG__pcEuyKG-sbmkV7N0GiX7WaZm5KIQjuN0_zdE');
INSERT INTO public.audit_events VALUES ('8005927e-d37a-4f1b-9a17-9a4922426034', 'sign_in_refused', 'de90cffc-648d-47fe-8c50-412a33935078', 'shop', '192.0.2.1', '{"factor":"face"}', 1767268800000, 3, NULL, 'refused', 'no_match', 'gfWkOWp7MzZwYgyuUmMWGQ', 'areYiaouFcZ3UM-URAbt3OkCm89U9vUVqFpVCruhFmA', 'WAr7ST7pDhBdWYDB-VJMPwES7Vutj2lXUfubECed0fY');
INSERT INTO public.audit_events VALUES ('9ae5c828-5285-43b0-a8c0-75cb5596461a', 'device_trusted', 'de90cffc-648d-47fe-8c50-412a33935078', NULL, NULL, '{"name":"Laptop"}', 1767268800000, 4, NULL, NULL, NULL, 'OSvrrIa9u21Q9G6SsSXAXQ', 'm8KfEbbLpLaPz0GDkoojkiowbpX2iMAR2mIDRNqqgzc', 'pkJCnz8cUpwL9BmIyCWDtbynteGUaCYjR8gi4J5T0S8');
INSERT INTO public.audit_events VALUES ('e0fd5121-57b4-4157-96cc-5459da4c23b3', 'administrator_joined', 'de90cffc-648d-47fe-8c50-412a33935078', NULL, NULL, '{"role":"owner"}', 1767268800000, 5, NULL, NULL, NULL, 'n5-6z5CRIrewmmp3wTb5Pw', 'Hia4uS642YR1PKPsb4JTzLPh7UPkafu9r8OBG2_jdpU', 'WNnW0ES77QOEndG_jywrYkifMWboM7M1PtTYp_AWQAg');
INSERT INTO public.audit_events VALUES ('cf8c134d-36a8-4e2d-8ef7-616e1778aad7', 'client_created', NULL, 'till', NULL, '{"by":"ada"}', 1767268800000, 6, NULL, NULL, NULL, 's3HaH3FXo668RQ1o8rxl8w', 'qMX2_vMLcR-jhwS_W5gs8vAv3pVPDJ7wQ_Q0niEFIPA', 'RR8x_EBVDK1O7qyb6DcDa4QeRYc48wmY0WO4WJXrOgQ');
INSERT INTO public.audit_events VALUES ('70fbd01b-243a-4ca6-816b-f570576bd17e', 'signed_in', 'de90cffc-648d-47fe-8c50-412a33935078', 'shop', '192.0.2.1', '{"n":1}', 1767268800000, 7, 'x', NULL, NULL, '6BVLRlklBd7-dQs8FsyBBA', 'h5eegIshYgN2010TIXJYLa1KQ2xhz4BSbAiblW1JOtc', 'sgIo7aKr0VskFLBbaWe3CO3rTODMg8tt4MeRG0TXoZE');
INSERT INTO public.audit_marks VALUES ('base', 0, 'genesis', 'Q7yCNPbIR4d_e_FtPQs1BriBPojOte4UO0uCWyh03Yk', 1767268800000);
INSERT INTO public.audit_marks VALUES ('head', 7, 'sgIo7aKr0VskFLBbaWe3CO3rTODMg8tt4MeRG0TXoZE', 'Jkm4wBEjzZmgHRlACZ5WFePB4qcH7qqYvcHkYSJ-Ju8', 1767268800000);
INSERT INTO public.browser_notices VALUES ('1r-UFWlc0FNoB4RDtWQ9L79IQDv3r7Q32kaBTkfVSi4', 'de90cffc-648d-47fe-8c50-412a33935078', '0114be22-2869-44dc-90a5-889db2493a68', 'Firefox on Linux', 1767268800000, 1767873600000, NULL, NULL);
INSERT INTO public.browser_sessions VALUES ('ed09b819-a934-4aaa-ad9a-9fe686ed62a0', 'uid', 'de90cffc-648d-47fe-8c50-412a33935078', NULL, 'Firefox on Linux', 'urn:mien:acr:face', 1767268800000, 1767268800000, 1767268800000);
INSERT INTO public.consents VALUES ('aee75e24-3778-4d77-8956-22eebc676d95', 'de90cffc-648d-47fe-8c50-412a33935078', '1', 'digest', 1767268800000, NULL);
INSERT INTO public.device_keys VALUES ('a095fed7-f0c4-47b3-870e-ae7bbb6dba86', 'de90cffc-648d-47fe-8c50-412a33935078', '{"kty":"EC"}', 'thumb', 'Laptop', 1767268800000, NULL, NULL);
INSERT INTO public.email_changes VALUES ('de90cffc-648d-47fe-8c50-412a33935078', 'ada@other.example', 1767268800000, NULL, NULL);
INSERT INTO public.event_outbox VALUES ('ffeef3ba-5468-4b1b-a0c9-03787c84ad2f', 1, '{"type":"templates_enrolled","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"ffeef3ba-5468-4b1b-a0c9-03787c84ad2f","seq":1,"subjectId":"de90cffc-648d-47fe-8c50-412a33935078","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"count":3}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('9c83c393-808e-433b-8ac9-a8ef41f5ce9a', 2, '{"type":"consent_given","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"9c83c393-808e-433b-8ac9-a8ef41f5ce9a","seq":2,"subjectId":"de90cffc-648d-47fe-8c50-412a33935078","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"version":"1"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('8005927e-d37a-4f1b-9a17-9a4922426034', 3, '{"type":"sign_in_refused","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"8005927e-d37a-4f1b-9a17-9a4922426034","seq":3,"subjectId":"de90cffc-648d-47fe-8c50-412a33935078","clientId":"shop","address":"192.0.2.1","acr":null,"outcome":"refused","reason":"no_match","detail":{"factor":"face"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('9ae5c828-5285-43b0-a8c0-75cb5596461a', 4, '{"type":"device_trusted","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"9ae5c828-5285-43b0-a8c0-75cb5596461a","seq":4,"subjectId":"de90cffc-648d-47fe-8c50-412a33935078","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"name":"Laptop"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('e0fd5121-57b4-4157-96cc-5459da4c23b3', 5, '{"type":"administrator_joined","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"e0fd5121-57b4-4157-96cc-5459da4c23b3","seq":5,"subjectId":"de90cffc-648d-47fe-8c50-412a33935078","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"role":"owner"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('cf8c134d-36a8-4e2d-8ef7-616e1778aad7', 6, '{"type":"client_created","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"cf8c134d-36a8-4e2d-8ef7-616e1778aad7","seq":6,"subjectId":null,"clientId":"till","address":null,"acr":null,"outcome":null,"reason":null,"detail":{"by":"ada"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('70fbd01b-243a-4ca6-816b-f570576bd17e', 7, '{"type":"signed_in","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"70fbd01b-243a-4ca6-816b-f570576bd17e","seq":7,"subjectId":"de90cffc-648d-47fe-8c50-412a33935078","clientId":"shop","address":"192.0.2.1","acr":"x","outcome":null,"reason":null,"detail":{"n":1}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.job_leases VALUES ('turn: audit chain', '', 0);
INSERT INTO public.job_leases VALUES ('purge', 'bd98b85f-749a-4891-ad0a-c3a4a4c7cd0f', 0);
INSERT INTO public.known_browsers VALUES ('0114be22-2869-44dc-90a5-889db2493a68', 'de90cffc-648d-47fe-8c50-412a33935078', 'digest', 'Firefox on Linux', 1767268800000, 1767268800000);
INSERT INTO public.logout_deliveries VALUES ('6bdc90fa-a211-41b4-9fcd-bc41cab6a507', 'shop', 'de90cffc-648d-47fe-8c50-412a33935078', 'sid', 1767268800000, 0, 1767268800000, 'pending', NULL);
INSERT INTO public.mail_letters VALUES ('0mjve7pc0d52db89236c03ea5f4', 'notice', 'QfFXjBPsfybNJ_rAxvR-xvxre6jwP6kwvDkfeNGNi8ZboF_maQiGtymiZU7RU8USnYuO8n4sFM8HpvFPzctdwmPRl1rVFA', 0, 1767268800000, 1767268800000, 'waiting', NULL);
INSERT INTO public.mail_proofs VALUES ('49352d78-2e4f-43ea-bdfe-d7390d1b794b', 'recovery', 'de90cffc-648d-47fe-8c50-412a33935078', 'de90cffc-648d-47fe-8c50-412a33935078', 'digest', '76fMbYEpkm-UYx6e5g89EhVmrqWC4FZEVkZ_pd1Rf1Q', 'gAUefyQVsqoNG9YQjBU5j6eubXjQJPSP5W16ufOO9hg', 5, 1767269400000, 1767272400000);
INSERT INTO public.managed_entries VALUES ('client', 'till', '{"client_id":"till","name":"Till","type":"public","redirect_uris":["https://till.example/"]}', 1, 1767268800000, 'ada', 1767268800000, 'ada');
INSERT INTO public.migrations VALUES (1, 1795392000000, 'InitialTables1795392000000');
INSERT INTO public.migrations VALUES (2, 1795435200000, 'DeviceKeys1795435200000');
INSERT INTO public.migrations VALUES (3, 1795478400000, 'AttemptEvidence1795478400000');
INSERT INTO public.migrations VALUES (4, 1795490000000, 'SharedTallies1795490000000');
INSERT INTO public.migrations VALUES (5, 1795500000000, 'Mail1795500000000');
INSERT INTO public.migrations VALUES (6, 1795510000000, 'Passkeys1795510000000');
INSERT INTO public.migrations VALUES (7, 1795520000000, 'Otp1795520000000');
INSERT INTO public.migrations VALUES (8, 1795530000000, 'Control1795530000000');
INSERT INTO public.migrations VALUES (9, 1795540000000, 'LogoutDeliveries1795540000000');
INSERT INTO public.migrations VALUES (10, 1795550000000, 'EnrolledOn1795550000000');
INSERT INTO public.migrations VALUES (11, 1795560000000, 'EmailCodes1795560000000');
INSERT INTO public.migrations VALUES (12, 1795570000000, 'Scale1795570000000');
INSERT INTO public.migrations VALUES (13, 1795580000000, 'ShortLived1795580000000');
INSERT INTO public.migrations VALUES (14, 1795580001000, 'MailLetters1795580001000');
INSERT INTO public.migrations VALUES (15, 1795590000000, 'Administrators1795590000000');
INSERT INTO public.migrations VALUES (16, 1795595000000, 'ManagedClients1795595000000');
INSERT INTO public.migrations VALUES (17, 1795600000000, 'PurgeIndexes1795600000000');
INSERT INTO public.oidc_records VALUES ('RefreshToken', 'rSF0RMrxUuObnefYMrjXBYWzxLaMPTBowoEiUGIZi44', 'k70q1jzxfnsX_7OuTWYZqKMESpJZeMEkJJ5F1n3pW_PQwQNfYkVzSGppwG1mnrw1VXdtIoHcbMG7wlnot3uz7KpORRhRV4qLDWBkUefhtFcGugKcAv7uAtZ6aHZFoN0GQH4', 'de90cffc-648d-47fe-8c50-412a33935078', 'gmOO3Z-zI-OihX2tg04TfVrhDv0EyNHPuRYpjYah7xc', NULL, NULL, 1767355200000, NULL, NULL);
INSERT INTO public.passkey_handles VALUES ('de90cffc-648d-47fe-8c50-412a33935078', 'WwiERWrwA4ucTxKzLQsL1aJwUfkFqtVoCAjX1oQ_g2s');
INSERT INTO public.passkeys VALUES ('85622a21-e909-4479-80a6-d084b5d0c657', 'de90cffc-648d-47fe-8c50-412a33935078', 'credential', 'pQECAyYgASFYIA', 4000000000, 'internal hybrid', true, false, '00000000-0000-0000-0000-000000000000', 'Phone', 1767268800000, NULL);
INSERT INTO public.receipts VALUES ('6c2dd0e8-335e-4e95-8ebb-fcc92de1e508', 'de90cffc-648d-47fe-8c50-412a33935078', 'consent_given', '{"version":"1","textDigest":"digest"}', 1767268800000);
INSERT INTO public.recovery_codes VALUES ('501ed9fb-b7b6-49ae-96e0-f5b85d7f5b10', 'de90cffc-648d-47fe-8c50-412a33935078', 'qCuFlzgv1Bc_AZ9_aMj87PYpeGj6DNb7xQGv4Llj0iQ', NULL);
INSERT INTO public.recovery_codes VALUES ('6f1f7ad6-6836-487a-9820-519b9fbbdc91', 'de90cffc-648d-47fe-8c50-412a33935078', '2nLRPXYLWkF2E_2VGrrIs7rnyB0SQzA4WoSYrx2IN1k', NULL);
INSERT INTO public.recovery_sets VALUES ('de90cffc-648d-47fe-8c50-412a33935078', 'NROYzzPF2fVBes5l54UQrg', 1767268800000);
INSERT INTO public.short_lived VALUES ('kept', 'w2m0QGmg9dEepvNdI_uPD8OjxYpPCxRKqHWL3l-nA6E', 'b1a7906c-7a76-45ac-a486-4c6973540848', 'paP2yNwsroT9s2Jvq-ms1ESA2QcoNptYYx0kL12xppq_', 1767272400000);
INSERT INTO public.short_lived_pieces VALUES ('kept', '88EHeKDj_sYzXP9KVIksH2Gi7Oz7JDRmikioh3FUyxs', 0, '18ZNouFVlb6cbxe8VuZmhQ3hPZiAgYP8UMIlJefMnGND', 1767272400000);
INSERT INTO public.spent_passkey_challenges VALUES ('spent', 1767272400000);
INSERT INTO public.subjects VALUES ('de90cffc-648d-47fe-8c50-412a33935078', 'Ada@Example.com', 'ada@example.com', true, '$argon2id$v=19$x', 1767268800000, 1767268800000, NULL, NULL, NULL);
INSERT INTO public.template_keys VALUES ('de90cffc-648d-47fe-8c50-412a33935078', '61c60594-58b9-4339-a6b5-dd3fc6501e50', 'ORuMykCpF9Jvruex7NdOAM1ryiMZf74eS8vDM3G0bBOCyA3aAgaJ9zbPko8PMkbok3e1TL072pOpHfHU');
INSERT INTO public.templates VALUES ('ee412d02-48db-44d1-b6df-23a96962a05e', 'de90cffc-648d-47fe-8c50-412a33935078', '61c60594-58b9-4339-a6b5-dd3fc6501e50', 'test-model/1', 'front', '3FLSumbHgqcsJlAWwE-ctMP2smurJItJFjUmVnUvjAPJ500Rs5RAG2qTn4WtPfit_GoSVLJCPytTomKrBV6kPF5m-tFXFO7b155pkqZSMqxP9f8hbIMEnUpX7wNojhcZ1ZAjAMkKm_NIsW-NIQFvAPAbzCb5lJcPRLCvsWyrbZxJl44A9WlZzWOMDhB-CLzeLzQQOeOwu_uCErJGT3ibzvDRvoqfZNBjuD4Ro3ee7JNXyp0L_j4JAER5x6NEepeirH0B0D7B9Mxq9qmgXBd1O1rI1Nfc_EMRd7wrF2LSgQykrbj8-e5gQjvUtRQBWtDxUvfOzVnp_XP3_krpv2Ww3CIOPlX_kxJoFa5OLMKe_SYiBJ4la6HuaerV5ZNFI-ZYPFTKXN5Hwl2rqVzQVqXgyeqYPHopXMEaj0yfZwPvWP5WB0rBWcHrzAZOB4_ncXCRQbj_WgEreT4cMti1QSvJs61-iqoL5C7ad3qIJMzQWh15UJmTAwntwmK5OFcxro3Og2QiE0TcaN45OmTFR3-AZpWMw3VVKSjhY1GtAGojowzvgDIq3Z9nALJnODcAQvjViVBFNz0Froj7gGxnevDbnn4943tpNT0GpTf-RTgOplwsMpIXPJk3z1SiwRzxXbz3rXXP7V9LMridi9QtoanIhzxJSEgs1FWMRHqQsk5O3ANsHsHS1IzrsmSgjfN-TUFkghq1cz1mauSn-UXe', 1767268800000, NULL, 'Firefox on Linux');
INSERT INTO public.templates VALUES ('b92b333f-61bd-4039-b3c1-d3ab5c2bd098', 'de90cffc-648d-47fe-8c50-412a33935078', '61c60594-58b9-4339-a6b5-dd3fc6501e50', 'test-model/1', 'front', 'hMz5oE7b2MgxUli714rzBw42Ah3kVFpnKwtZuEDvVcfI0Y8Szfu7npaMBUVnzh2wfTRzq0sWwQE9RiTjJqClnuuhX7pFZt-f7blxGF6VJrjCCDgq1op_YcYdRH7K7qwwGpgCTS1OACZbGkGSA_Q5VDgpe-kjwPI_yMYZiXPJn2g-a17zF7hhURL8z2Rfuj5SDGRpd6dbYcuYXJ7hSWggzAyEW07osMoXn-UpKaYEde6l9wkRIcTMJx85NjihjCvSwV2E2-co9yaUOyMJNW44cCUfFG5Vr84aRNE-e0h3kPKELV38lWdWVGSBEhZrpwhPEujQGQbYiwtX72OkwUOMIV9pygvnRnf0s_my-aOiDcY4-_3xlGOUEizeQ6Fch7bjtj0NO6qN8ZaXCOJegIOVaCdXKSBWIIlwwEVZeYTxAuWNvCWEe4laACBlE3F-6aJGmWd659E6LEQ9Ifl4CaRit6PsfsItIUxkc2ZHxKf9de34bFMOHSW_yA2jAMZ-KwSAvxEvAW_QRQZG7HBlCc_9HOzkC1p1l-oLxGSozIzWw-c5DX7jd6988IwrEGlUA7IkxdFxOEHtBoS1Cb-6rwbufVjVv-CKcAx88sJh2fxYHACtRGBgGL1OGIfMvexMkpKuOeKSvR8NRWTNwBOQNeaVpAvtMFgcASlNxPEByMYDyE0wTawoFmckRoHopoO3Nx79qp8RTkK8I9-gxxo_', 1767268800000, NULL, 'Firefox on Linux');
INSERT INTO public.templates VALUES ('ba5d5a38-8e7c-4e05-b4cf-fbb4dd2038b5', 'de90cffc-648d-47fe-8c50-412a33935078', '61c60594-58b9-4339-a6b5-dd3fc6501e50', 'test-model/1', 'front', 'niqJJZQSUgMICD74h9pO3MnvpOKhNHetE0Uyqn6CLDXtbAbmbhW_1g1ORTipDZMIBXgCFE-RheQflegLaLiiTESdJyd2hvvX8bZUntb-NemoUibV0EhfnrOC-U_RK3wu0lSX1_2bHE5HDL03k-UM47fwvJrjMp-8b_kNZkpdg-Ld1MRaURcXiC5Lg-ASGbrBe6EJjS_CLXmr98NYfkSBp2we0zz-005izy32bvUZuG7FHBhEQGE23VPFwP6zA-MUfOFp2nwkLPlyfAkHfStiaCATXGxlpsKO36rpXXnH1gQhSfyaElgh6BOJMf1aAazWGE2MpsmfnC_E_7NliA6maYxl13gCVbPC5bzr3etbUZlxXWL3mB7D6k80TfjtFdcnh3pEttUTNq3vIofqVKCS_9xOzzASsHJ3enRiXL7dVfJeqLliQaVbfy50aOuXWW2tdNoaeWqJD3JjI0M14N72YjF-_UHG__PefwWtN_pd6TPYqM4U_WzhQ0kxXzj7pm55ACY0yod_mIV-yNT31KNIWSI1wZoesYSZmA5578lxoSD6eu6VBwPCfL_b4dVKjMNKG100Jp1wtNQAQJafBtgPDlvRy0hlPxJEHhp36V8oROVUvL-yHe_VEDH7NWqeQPYhmidmufLae31wYkJ_tPLcWZiaGEIbrP8n9dtzVNI93MMHIDyHUjcntP2tyP1n0hHHSeyIAkgGO6gFlN9J', 1767268800000, NULL, 'Firefox on Linux');
INSERT INTO public.totp_seeds VALUES ('de90cffc-648d-47fe-8c50-412a33935078', 'active', '90dcfb23-1f6c-42f4-9377-36d842b63c23', 'wsquw5oFc8badkDDhztE_Bonvgkl1e4KnrhGrefQjmH52Vidy3rrKNah7ttbXyZk', 1767268800000, 1767268800000, 100, NULL);
SELECT pg_catalog.setval('public.migrations_id_seq', 17, true);
ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT "PK_0723b9e53961e799027d7f7ba32" PRIMARY KEY (id);
ALTER TABLE ONLY public.admin_invitations
    ADD CONSTRAINT "PK_0c710b9106ea89847bcf62bd3e1" PRIMARY KEY (id);
ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT "PK_1a023685ac2b051b4e557b0b280" PRIMARY KEY (id);
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT "PK_211b8c757dbdf02d860ff3df1c8" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT "PK_295ca261e361fd2fd217754dcac" PRIMARY KEY (id);
ALTER TABLE ONLY public.browser_notices
    ADD CONSTRAINT "PK_2cbd1b609949f0d676fe6d0eef2" PRIMARY KEY ("tokenDigest");
ALTER TABLE ONLY public.recovery_sets
    ADD CONSTRAINT "PK_391ab8f415d86d89a5c167043df" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.administrators
    ADD CONSTRAINT "PK_39853ccac3bb334db845d200077" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.short_lived_pieces
    ADD CONSTRAINT "PK_49b4b0f8610a6a2c4482c84f00b" PRIMARY KEY (kind, "idDigest", "position");
ALTER TABLE ONLY public.mail_proofs
    ADD CONSTRAINT "PK_4e3e3b8291215068d0d5d1210fa" PRIMARY KEY (id);
ALTER TABLE ONLY public.templates
    ADD CONSTRAINT "PK_515948649ce0bbbe391de702ae5" PRIMARY KEY (id);
ALTER TABLE ONLY public.spent_passkey_challenges
    ADD CONSTRAINT "PK_5ccc1f5c93ffb158704e209e329" PRIMARY KEY (digest);
ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT "PK_5e8182d7c29e023da6e1ff33bfe" PRIMARY KEY (id);
ALTER TABLE ONLY public.browser_sessions
    ADD CONSTRAINT "PK_62bb0057d5bf51b68d790563ba3" PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt_tallies
    ADD CONSTRAINT "PK_679822c28e5edfce51ece75567b" PRIMARY KEY ("identifierDigest", factor);
ALTER TABLE ONLY public.device_keys
    ADD CONSTRAINT "PK_7fbd52a229f3150677b6b908c3f" PRIMARY KEY (id);
ALTER TABLE ONLY public.private_documents
    ADD CONSTRAINT "PK_8b116f26b3da1cdde1dfe096230" PRIMARY KEY (name);
ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT "PK_910f64d901a5c3e9878f0d4a407" PRIMARY KEY (id);
ALTER TABLE ONLY public.mail_letters
    ADD CONSTRAINT "PK_93f1974ee963a5fa9385486d851" PRIMARY KEY (id);
ALTER TABLE ONLY public.known_browsers
    ADD CONSTRAINT "PK_945774a1ecacd3564963055cb7f" PRIMARY KEY (id);
ALTER TABLE ONLY public.short_lived
    ADD CONSTRAINT "PK_965e0bb9f0626df9bfcb7b44c6a" PRIMARY KEY (kind, "idDigest");
ALTER TABLE ONLY public.oidc_records
    ADD CONSTRAINT "PK_9739108e211ae93c3ea1d239680" PRIMARY KEY (model, "idDigest");
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT "PK_9efc68eb6aba7d638fb6ea034dd" PRIMARY KEY (id);
ALTER TABLE ONLY public.job_leases
    ADD CONSTRAINT "PK_a5aaa7b6169ce751dd85a6f0beb" PRIMARY KEY (name);
ALTER TABLE ONLY public.logout_deliveries
    ADD CONSTRAINT "PK_a77bc7cd1e7052a9c1372e6f552" PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_marks
    ADD CONSTRAINT "PK_bf738d824300cd1570e7dd26c8f" PRIMARY KEY (name);
ALTER TABLE ONLY public.event_outbox
    ADD CONSTRAINT "PK_c8bd4a6797caa3ebad9b40c9813" PRIMARY KEY (id);
ALTER TABLE ONLY public.managed_entries
    ADD CONSTRAINT "PK_c9e2d7800fda6c770f007392086" PRIMARY KEY (kind, id);
ALTER TABLE ONLY public.passkey_handles
    ADD CONSTRAINT "PK_d22a161d3e9e6b0c1e4cbe4b5b8" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.template_keys
    ADD CONSTRAINT "PK_d39fb19853be93e8747b858fbb8" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT "PK_db928e6fd79e7098911268a74c3" PRIMARY KEY (id);
ALTER TABLE ONLY public.totp_seeds
    ADD CONSTRAINT "PK_f73855de7d4bf2d6556b82a2c2f" PRIMARY KEY ("subjectId", state);
ALTER TABLE ONLY public.admin_invitations
    ADD CONSTRAINT "UQ_7b60533d6b99e7bd0d1631f0ed9" UNIQUE ("tokenDigest");
CREATE INDEX "ix_admin_invitations_expiresAt" ON public.admin_invitations USING btree ("expiresAt");
CREATE INDEX "ix_attempt_tallies_lastFailureAt" ON public.attempt_tallies USING btree ("lastFailureAt");
CREATE INDEX ix_attempts_at ON public.attempts USING btree (at);
CREATE INDEX "ix_attempts_subjectId_at" ON public.attempts USING btree ("subjectId", at);
CREATE INDEX ix_audit_events_at ON public.audit_events USING btree (at);
CREATE UNIQUE INDEX ix_audit_events_seq ON public.audit_events USING btree (seq);
CREATE INDEX "ix_audit_events_subjectId_at" ON public.audit_events USING btree ("subjectId", at);
CREATE INDEX "ix_browser_notices_expiresAt" ON public.browser_notices USING btree ("expiresAt");
CREATE INDEX "ix_browser_notices_subjectId" ON public.browser_notices USING btree ("subjectId");
CREATE INDEX "ix_browser_sessions_lastSeenAt" ON public.browser_sessions USING btree ("lastSeenAt", id);
CREATE INDEX "ix_browser_sessions_subjectId" ON public.browser_sessions USING btree ("subjectId");
CREATE UNIQUE INDEX ix_browser_sessions_uid ON public.browser_sessions USING btree (uid);
CREATE INDEX "ix_consents_subjectId" ON public.consents USING btree ("subjectId");
CREATE INDEX "ix_device_keys_revokedAt" ON public.device_keys USING btree ("revokedAt");
CREATE UNIQUE INDEX "ix_device_keys_subjectId_thumbprint" ON public.device_keys USING btree ("subjectId", thumbprint);
CREATE INDEX "ix_email_changes_askedAt" ON public.email_changes USING btree ("askedAt");
CREATE INDEX ix_event_outbox_at ON public.event_outbox USING btree (at);
CREATE INDEX "ix_event_outbox_nextAt" ON public.event_outbox USING btree ("nextAt");
CREATE INDEX "ix_known_browsers_lastSeenAt" ON public.known_browsers USING btree ("lastSeenAt");
CREATE UNIQUE INDEX "ix_known_browsers_subjectId_browserDigest" ON public.known_browsers USING btree ("subjectId", "browserDigest");
CREATE INDEX "ix_logout_deliveries_createdAt" ON public.logout_deliveries USING btree ("createdAt");
CREATE INDEX "ix_logout_deliveries_nextAt" ON public.logout_deliveries USING btree ("nextAt");
CREATE INDEX "ix_logout_deliveries_nextAt_createdAt" ON public.logout_deliveries USING btree ("nextAt", "createdAt");
CREATE INDEX "ix_mail_letters_nextAt" ON public.mail_letters USING btree ("nextAt");
CREATE INDEX "ix_mail_letters_nextAt_createdAt" ON public.mail_letters USING btree ("nextAt", "createdAt");
CREATE UNIQUE INDEX ix_mail_proofs_purpose_binding ON public.mail_proofs USING btree (purpose, binding);
CREATE INDEX "ix_mail_proofs_subjectId" ON public.mail_proofs USING btree ("subjectId");
CREATE UNIQUE INDEX "ix_mail_proofs_tokenDigest" ON public.mail_proofs USING btree ("tokenDigest");
CREATE INDEX "ix_mail_proofs_tokenEndsAt" ON public.mail_proofs USING btree ("tokenEndsAt");
CREATE INDEX "ix_oidc_records_clientDigest" ON public.oidc_records USING btree ("clientDigest", model);
CREATE INDEX "ix_oidc_records_expiresAt" ON public.oidc_records USING btree ("expiresAt");
CREATE INDEX "ix_oidc_records_grantDigest" ON public.oidc_records USING btree ("grantDigest");
CREATE INDEX "ix_oidc_records_subjectId" ON public.oidc_records USING btree ("subjectId");
CREATE INDEX "ix_oidc_records_uidDigest" ON public.oidc_records USING btree ("uidDigest");
CREATE INDEX "ix_oidc_records_userCodeDigest" ON public.oidc_records USING btree ("userCodeDigest");
CREATE UNIQUE INDEX "ix_passkeys_credentialId" ON public.passkeys USING btree ("credentialId");
CREATE INDEX "ix_passkeys_subjectId" ON public.passkeys USING btree ("subjectId");
CREATE INDEX "ix_receipts_subjectId" ON public.receipts USING btree ("subjectId");
CREATE UNIQUE INDEX "ix_recovery_codes_subjectId_digest" ON public.recovery_codes USING btree ("subjectId", digest);
CREATE INDEX "ix_short_lived_expiresAt" ON public.short_lived USING btree ("expiresAt");
CREATE INDEX "ix_short_lived_pieces_expiresAt" ON public.short_lived_pieces USING btree ("expiresAt");
CREATE INDEX "ix_spent_passkey_challenges_endsAt" ON public.spent_passkey_challenges USING btree ("endsAt");
CREATE UNIQUE INDEX "ix_subjects_emailKey" ON public.subjects USING btree ("emailKey");
CREATE INDEX "ix_subjects_emailKey_prefix" ON public.subjects USING btree ("emailKey" text_pattern_ops);
CREATE INDEX ix_subjects_lower_name ON public.subjects USING btree (lower(name) text_pattern_ops);
CREATE INDEX "ix_templates_subjectId" ON public.templates USING btree ("subjectId");
CREATE INDEX "ix_totp_seeds_state_createdAt" ON public.totp_seeds USING btree (state, "createdAt");
ALTER TABLE ONLY public.administrators
    ADD CONSTRAINT "FK_39853ccac3bb334db845d200077" FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.browser_notices
    ADD CONSTRAINT fk_browser_notices_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.browser_sessions
    ADD CONSTRAINT fk_browser_sessions_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT fk_consents_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.device_keys
    ADD CONSTRAINT fk_device_keys_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT fk_email_changes_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.known_browsers
    ADD CONSTRAINT fk_known_browsers_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.mail_proofs
    ADD CONSTRAINT fk_mail_proofs_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.passkey_handles
    ADD CONSTRAINT fk_passkey_handles_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT fk_passkeys_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT fk_receipts_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT fk_recovery_codes_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_sets
    ADD CONSTRAINT fk_recovery_sets_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.template_keys
    ADD CONSTRAINT fk_template_keys_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.templates
    ADD CONSTRAINT fk_templates_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.totp_seeds
    ADD CONSTRAINT fk_totp_seeds_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
