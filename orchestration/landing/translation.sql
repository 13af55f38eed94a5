-- The macros that a format's expressions may use, besides DuckDB's own functions. All take
-- and give text; what cannot be read stays as it is, so that staging rejects it and says why.

-- a value as keys compare it: trimmed, runs of blanks as one, case-folded, NFC
create or replace temp macro folded(cell) as
    nullif(lower(nfc_normalize(trim(regexp_replace(cell, '\s+', ' ', 'g')))), '');

-- an id made of values, null when all are empty; hashed, since it may be made of names
create or replace temp macro id_of(cells) as
    case
        when len(list_filter(cells, lambda cell: folded(cell) is not null)) > 0
            then left(sha256(array_to_string(
                list_transform(cells, lambda cell: coalesce(folded(cell), '')), chr(31)
            )), 20)
    end;

-- the first of several ids in one cell
create or replace temp macro first_of(cell) as nullif(trim(split_part(cell, ';', 1)), '');

-- a number that a spreadsheet wrote with `.0`
create or replace temp macro whole(cell) as regexp_replace(trim(cell), '^(\d+)\.0+$', '\1');

-- the slug of a LinkedIn profile: percent-decoded, NFC, case-folded
create or replace temp macro slug(address) as
    nullif(lower(nfc_normalize(url_decode(regexp_extract(address, '/in/([^/?#\s]+)', 1)))), '');

-- the first of several profiles in one cell that is not that of `member`
create or replace temp macro first_profile(addresses, member) as
    list_filter(
        string_split(addresses, ','),
        lambda address: slug(address) is distinct from member and slug(address) is not null
    )[1];

-- a boolean of any of the tools: 'true', 'false' or null
create or replace temp macro flag(cell) as
    case
        when lower(trim(cell)) in ('true', '1', 'yes', 'oui', 'vrai') then 'true'
        when lower(trim(cell)) in ('false', '0', 'no', 'non', 'faux') then 'false'
    end;

-- the day of a moment in ISO form
create or replace temp macro day_of(moment) as
    case when regexp_full_match(moment, '\d{4}-\d{2}-\d{2}.*') then left(moment, 10) else moment end;

-- month first, two or four digits of the year, 12 or 24 hours: what American programs write
create or replace temp macro us_time(cell) as
    coalesce(
        case
            when regexp_full_match(trim(cell), '\d{1,2}/\d{1,2}/\d{2}(,? .*)?')
                then coalesce(
                    strftime(try_strptime(replace(trim(cell), ',', ''),
                        ['%m/%d/%y %I:%M %p', '%m/%d/%y %H:%M', '%m/%d/%y %I:%M:%S %p']),
                        '%Y-%m-%d %H:%M:%S'),
                    strftime(try_strptime(trim(cell), '%m/%d/%y'), '%Y-%m-%d'))
            when regexp_full_match(trim(cell), '\d{1,2}/\d{1,2}/\d{4}(,? .*)?')
                then coalesce(
                    strftime(try_strptime(replace(trim(cell), ',', ''),
                        ['%m/%d/%Y %I:%M %p', '%m/%d/%Y %H:%M', '%m/%d/%Y %I:%M:%S %p']),
                        '%Y-%m-%d %H:%M:%S'),
                    strftime(try_strptime(trim(cell), '%m/%d/%Y'), '%Y-%m-%d'))
        end,
        cell);

-- the number of a month in English or French, written out or short: '01' to '12'
create or replace temp macro month_number(word) as
    case left(strip_accents(lower(word)), 4)
        when 'juin' then '06'
        when 'juil' then '07'
        else (map {
            'jan': '01', 'feb': '02', 'fev': '02', 'mar': '03', 'apr': '04', 'avr': '04',
            'may': '05', 'mai': '05', 'jun': '06', 'jul': '07', 'aug': '08', 'aou': '08',
            'sep': '09', 'oct': '10', 'nov': '11', 'dec': '12'
        })[left(strip_accents(lower(word)), 3)]
    end;

-- a time of day of 12 or 24 hours: `09:30 pm` is ` 21:30:00`; nothing when there is none
create or replace temp macro clock_time(words) as
    coalesce(strftime(coalesce(
        try_strptime(upper(trim(words)), ['%I:%M %p', '%I:%M:%S %p', '%I:%M%p']),
        try_strptime(trim(words), ['%H:%M:%S', '%H:%M'])), ' %H:%M:%S'), '');

-- a month in words: `08 Feb 2026`, `Jun 09, 2018 09:30 pm`, `8 févr. 2026 à 14:05`
create or replace temp macro worded_time(cell) as
    coalesce(
        case
            when regexp_matches(cell, '^\s*\d{1,2}\s+\pL+\.?,?\s+\d{4}')
                then regexp_extract(cell, '^\s*\d{1,2}\s+\pL+\.?,?\s+(\d{4})', 1)
                    || '-' || month_number(regexp_extract(cell, '^\s*\d{1,2}\s+(\pL+)', 1))
                    || '-' || lpad(regexp_extract(cell, '^\s*(\d{1,2})', 1), 2, '0')
                    || clock_time(regexp_extract(cell, '\d{4},?\s+(?:à|at)?\s*(.*)$', 1))
            when regexp_matches(cell, '^\s*\pL+\.?\s+\d{1,2},?\s+\d{4}')
                then regexp_extract(cell, '^\s*\pL+\.?\s+\d{1,2},?\s+(\d{4})', 1)
                    || '-' || month_number(regexp_extract(cell, '^\s*(\pL+)', 1))
                    || '-' || lpad(regexp_extract(cell, '^\s*\pL+\.?\s+(\d{1,2})', 1), 2, '0')
                    || clock_time(regexp_extract(cell, '\d{4},?\s+(?:à|at)?\s*(.*)$', 1))
        end,
        cell);

-- day first, two or four digits of the year: what European programs write
create or replace temp macro european_time(cell) as
    coalesce(
        case
            when regexp_full_match(trim(cell), '\d{1,2}[/.]\d{1,2}[/.]\d{2}( .*)?')
                then coalesce(
                    strftime(try_strptime(replace(trim(cell), '.', '/'),
                        ['%d/%m/%y %H:%M:%S', '%d/%m/%y %H:%M']), '%Y-%m-%d %H:%M:%S'),
                    strftime(try_strptime(replace(trim(cell), '.', '/'), '%d/%m/%y'), '%Y-%m-%d'))
            when regexp_full_match(trim(cell), '\d{1,2}[/.]\d{1,2}[/.]\d{4}( .*)?')
                then coalesce(
                    strftime(try_strptime(replace(trim(cell), '.', '/'),
                        ['%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M']), '%Y-%m-%d %H:%M:%S'),
                    strftime(try_strptime(replace(trim(cell), '.', '/'), '%d/%m/%Y'), '%Y-%m-%d'))
        end,
        cell);

-- a moment in ISO form when it is known in which order its file writes days
create or replace temp macro iso_time(cell, day_order) as
    case day_order
        when 'dmy' then european_time(cell)
        when 'mdy' then us_time(cell)
        else cell
    end;

-- a moment that says UTC in words
create or replace temp macro utc_time(cell) as regexp_replace(trim(cell), '\s+UTC$', '+00:00');

-- what a deal in a stage of that name is: 'won', 'lost' or 'open'; null where no stage is called so
create or replace temp macro outcome_of(stage) as
    nullif(getvariable('stage_outcomes')[folded(stage)], '');

-- whether a stage of that name is known: 'true' or 'false'
create or replace temp macro is_known_stage(stage) as
    (outcome_of(stage) is not null)::varchar;

-- a moment that a system writes in UTC without saying so, as `YYYY-MM-DD HH:MM:SSZ`; what a file
-- writes in an order of days of its own (`_day_order`) is a local time, and a day stays a day
create or replace temp macro utc_moment(cell, day_order) as
    case
        when day_order is not null or length(trim(cell)) <= 10 then cell
        when trim(cell) like '____-__-__ __:__:__' then trim(cell) || 'Z'
        else regexp_replace(
            trim(cell),
            '^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+]00:?00)?$', '\1 \2Z')
    end;

-- the day of a calendar column that a system writes as a moment at midnight; nothing of a blank
create or replace temp macro calendar_day(cell) as day_of(nullif(trim(cell), ''));

-- the letter that says which of five letters of a Salesforce id are capitals
create or replace temp macro capitals_of(five) as
    substr(
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
        1 + (substr(five, 1, 1) between 'A' and 'Z')::int
            + 2 * (substr(five, 2, 1) between 'A' and 'Z')::int
            + 4 * (substr(five, 3, 1) between 'A' and 'Z')::int
            + 8 * (substr(five, 4, 1) between 'A' and 'Z')::int
            + 16 * (substr(five, 5, 1) between 'A' and 'Z')::int,
        1);

-- a Salesforce id in its form of 18 letters, of which the last three tell capitals apart where a
-- program does not; null for the zeros that stand for no record
create or replace temp macro salesforce_id(cell) as
    case
        when starts_with(trim(cell), '000000000000000') then null
        when length(trim(cell)) = 15 and regexp_full_match(trim(cell), '[A-Za-z0-9]{15}')
            then trim(cell) || capitals_of(substr(trim(cell), 1, 5))
                || capitals_of(substr(trim(cell), 6, 5)) || capitals_of(substr(trim(cell), 11, 5))
        else nullif(trim(cell), '')
    end;

-- a Salesforce user who owns a record; null for a queue
create or replace temp macro salesforce_user(cell) as
    case when not starts_with(trim(cell), '00G') then salesforce_id(cell) end;

-- a currency in capitals; null for the `000` that stands for none
create or replace temp macro currency_code(cell) as
    nullif(nullif(upper(trim(cell)), '000'), '');

-- the first word that says by which channel people spoke, in the languages that teams write in
create or replace temp macro channel_word(words) as
    regexp_extract(
        lower(words),
        '(?:^|[^\pL])(linkedin|inmails?|listemail|e-?mails?|gmail|mails?|newsletters?|courriels?'
        || '|correos?|sms|texto|whatsapp|letters?|lettres?|courriers?|calls?|called|phone|phoned'
        || '|appels?|appelée?|téléphone|tél|llamadas?|llamé|anruf|telefonat|ligação|chiamata)'
        || '(?:[^\pL]|$)',
        1);

-- the channel that the first word about one names: `Email: re our call` is an e-mail
create or replace temp macro channel_in(words) as
    case
        when channel_word(words) = '' then null
        when channel_word(words) in ('linkedin', 'inmail', 'inmails') then 'linkedin'
        when channel_word(words) in ('sms', 'texto', 'whatsapp') then 'sms'
        when channel_word(words) in ('newsletter', 'newsletters') then 'email'
        when regexp_matches(channel_word(words), 'mail|courriel|correo') then 'email'
        when regexp_matches(channel_word(words), 'let|courrier') then 'mail'
        when channel_word(words) is not null then 'call'
    end;

-- what became of a call, in the words that dialers and people use; null when nothing says
create or replace temp macro call_outcome(words) as
    case
        when regexp_matches(lower(words),
            'voice ?mail|left (a )?(message|vm)|\bvm\b|répondeur|messagerie|message laissé|buz[oó]n')
            then 'voicemail'
        when regexp_matches(lower(words),
            'no answer|not answered|unanswered|no response|pas de réponse|sans réponse|injoignable'
            || '|no contest|missed|manqué|nicht erreicht')
            then 'no_answer'
        when regexp_matches(lower(words), 'gate ?keeper|standard(iste)?|barrage|secrét') then 'gatekeeper'
        when regexp_matches(lower(words), '\bbusy\b|occupé|ocupado|besetzt') then 'busy'
        when regexp_matches(lower(words), 'wrong|bad number|invalid|faux numéro|failed|échou') then 'failed'
        when regexp_matches(lower(words),
            'answered|connected|spoke|contacted|décroché|abouti|contest[óo]|erreicht|interested')
            then 'answered'
    end;

-- the person that a Salesforce lead is: the contact that it became, else itself
create or replace temp macro lead_person(lead_id, is_converted, converted_contact) as
    coalesce(
        case when flag(is_converted) = 'true' then salesforce_id(converted_contact) end,
        salesforce_id(lead_id));

-- the name of a company; null for the words that stand for none
create or replace temp macro company_named(cell) as
    case
        when folded(cell) in (
            '-', '--', '.', '?', 'n/a', 'na', 'none', 'null', 'unknown', 'inconnu', 'inconnue',
            '[not provided]', 'not provided', 'non renseigné', 'particulier', 'self', 'individual')
            or regexp_full_match(trim(cell), '001[A-Za-z0-9]{12}([A-Z0-5]{3})?') then null
        else nullif(trim(cell), '')
    end;

-- the channel of a Salesforce campaign by its type; `other` when it sends no messages
create or replace temp macro campaign_channel(kind) as
    case
        when folded(kind) is null then null
        when regexp_matches(lower(kind), 'direct mail|postal|courrier|mailing papier') then 'mail'
        when regexp_matches(lower(kind), 'e-?mail|newsletter|courriel|correo') then 'email'
        when regexp_matches(lower(kind), 'sms|text message') then 'sms'
        when regexp_matches(lower(kind), 'linkedin') then 'linkedin'
        when regexp_matches(lower(kind), 'tele|télé|call|phone|appel') then 'call'
        else 'other'
    end;

-- what a Salesforce order is: draft, placed or cancelled
create or replace temp macro order_state(status, status_code) as
    case
        when regexp_matches(lower(concat_ws(' ', status_code, status)), 'cancel|annul')
            or folded(status_code) = 'c' then 'cancelled'
        when regexp_matches(lower(concat_ws(' ', status_code, status)), 'draft|brouillon|borrador')
            or folded(status_code) = 'd' then 'draft'
        else 'placed'
    end;

-- whether a tracked change is one of a Salesforce lead's status
create or replace temp macro is_lead_status(field, parent_kind, lead) as
    field = 'Status' and (parent_kind = 'Lead' or nullif(trim(lead), '') is not null);

-- a number with two decimals at most in either notation, as a decimal; null where the mark is in
-- doubt (`1,201`), so that no sum is made of a part
create or replace temp macro plain_number(cell) as
    case
        when regexp_full_match(regexp_replace(cell, '[\s\x{00A0}\x{202F}]', '', 'g'),
            '-?(\d{1,3}(,\d{3})+|\d+)[.]\d{1,2}|-?\d+|-?\d{1,3}(,\d{3}){2,}')
            then try_cast(regexp_replace(cell, '[\s\x{00A0}\x{202F},]', '', 'g') as decimal(18, 4))
        when regexp_full_match(regexp_replace(cell, '[\s\x{00A0}\x{202F}]', '', 'g'),
            '-?(\d{1,3}([.]\d{3})+|\d+),\d{1,2}|-?\d{1,3}([.]\d{3}){2,}')
            then try_cast(replace(
                regexp_replace(cell, '[\s\x{00A0}\x{202F}.]', '', 'g'), ',', '.') as decimal(18, 4))
    end;
