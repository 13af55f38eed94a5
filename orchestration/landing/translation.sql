-- The macros that a format's expressions may use, besides DuckDB's own functions. All take
-- and give text; what cannot be read stays as it is, so that staging rejects it and says why.

-- a value as keys compare it: trimmed, runs of blanks as one, case-folded, NFC
create or replace temp macro folded(cell) as
    nullif(lower(nfc_normalize(trim(
        regexp_replace(cell, '[\s\x{A0}\x{202F}\x{2007}\x{FEFF}]+', ' ', 'g')
    ))), '');

-- a cell trimmed, null when nothing is in it
create or replace temp macro filled(cell) as nullif(trim(cell), '');

-- an id made of values as they are
create or replace temp macro hash_of(cells) as
    left(sha256(array_to_string(
        list_transform(cells, lambda cell: coalesce(cell, '')), chr(31)
    )), 20);

-- an id made of values, null when all are empty; hashed, since it may be made of names
create or replace temp macro id_of(cells) as
    list_transform(
        [list_transform(cells, lambda cell: folded(cell))],
        lambda words: if(len(list_filter(words, lambda word: word is not null)) > 0, hash_of(words), null)
    )[1];

-- the first of several ids in one cell
create or replace temp macro first_of(cell) as nullif(trim(split_part(cell, ';', 1)), '');

-- the first of several addresses or numbers in one cell
create or replace temp macro first_part(cell) as
    nullif(trim(regexp_extract(cell, '^[\s,;]*([^,;]*)', 1)), '');

-- a number that a spreadsheet wrote with `.0`
create or replace temp macro whole(cell) as regexp_replace(trim(cell), '^(\d+)\.0+$', '\1');

-- a number of things: without the marks between thousands and without `.0`
create or replace temp macro count_of(cell) as
    whole(regexp_replace(trim(cell), '[,\s\x{a0}\x{202f}](\d{3})', '\1', 'g'));

-- a cell without the apostrophe that keeps a spreadsheet from reading it as a formula
create or replace temp macro unguarded(cell) as filled(regexp_replace(trim(cell), '^''', ''));

-- a phone number written with its country but without `+`
create or replace temp macro international(number) as
    case
        when regexp_full_match(trim(number), '[1-9]\d{9,14}') then '+' || trim(number)
        else filled(number)
    end;

-- the slug of a LinkedIn profile: percent-decoded, NFC, case-folded
create or replace temp macro slug(address) as
    nullif(lower(nfc_normalize(coalesce(
        try(url_decode(regexp_extract(address, '/in/([^/?#\s]+)', 1))),
        regexp_extract(address, '/in/([^/?#\s]+)', 1)
    ))), '');

-- the first of several profiles in one cell that is not that of `member`
create or replace temp macro first_profile(addresses, member) as
    case
        when contains(addresses, ',')
            then list_filter(
                string_split(addresses, ','),
                lambda address: slug(address) is distinct from member and slug(address) is not null
            )[1]
        else addresses
    end;

-- the most frequent of many values, of several the first by their order: the same each time
create or replace temp macro most_frequent(cell) as
    list_sort(list_transform(
        map_entries(histogram(cell)),
        lambda entry: {'times': -entry.value::bigint, 'word': entry.key}
    ))[1].word;

-- a boolean of any of the tools: 'true', 'false' or null
create or replace temp macro flag(cell) as
    case
        when lower(trim(cell)) in ('true', '1', 'yes', 'oui', 'vrai') then 'true'
        when lower(trim(cell)) in ('false', '0', 'no', 'non', 'faux') then 'false'
    end;

-- the contrary of a boolean of any of the tools
create or replace temp macro not_flag(cell) as
    case flag(cell) when 'true' then 'false' when 'false' then 'true' end;

-- a share, 0 to 1, of `0.4`, `40 %` or `40`
create or replace temp macro share_of(cell) as
    list_transform(
        [try_cast(replace(regexp_replace(cell, '[\s%]', '', 'g'), ',', '.') as double)],
        lambda number: case when number > 1 or contains(cell, '%') then number / 100 else number end
    )[1]::varchar;

-- seconds of a duration as `HH:mm:ss`, null for any other
create or replace temp macro clock_seconds(cell) as
    case
        when regexp_full_match(trim(cell), '\d+:[0-5]?\d:[0-5]?\d')
            then try(
                split_part(trim(cell), ':', 1)::bigint * 3600
                + split_part(trim(cell), ':', 2)::bigint * 60
                + split_part(trim(cell), ':', 3)::bigint
            )::varchar
    end;

-- the first e-mail address that stands in a text
create or replace temp macro address_in(cell) as
    nullif(regexp_extract(cell, '[^\s<>();,:"]+@[^\s<>();,:"]+'), '');

-- the name of an owner, without a word on the state of the account; null for words that say nobody
create or replace temp macro owner_name(cell) as
    case
        when folded(cell) not in ('(no value)', 'no owner', 'unassigned', 'aucun propriétaire', '--', '-')
            then nullif(trim(regexp_replace(
                cell,
                '\s*\((deactivated( user)?|removed( user)?|(utilisateur )?(désactivé|supprimé)|'
                || '(usuario )?desactivado|deaktiviert(er benutzer)?)\)\s*$',
                '', 'i'
            )), '')
    end;

-- the id of an owner: the tool's own where it writes numbers, else one made of the name
create or replace temp macro owner_id(cell) as
    case
        when regexp_full_match(whole(cell), '\d+') then whole(cell)
        else id_of([owner_name(cell)])
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

-- a moment in ISO form when it is known in which order its file writes days, or when it is counted
-- in milliseconds since 1970
create or replace temp macro iso_time(cell, day_order) as
    case
        when regexp_full_match(trim(cell), '1\d{12}')
            then strftime(make_timestamp(trim(cell)::bigint * 1000), '%Y-%m-%d %H:%M:%S+00:00')
        when day_order = 'dmy' then european_time(cell)
        when day_order = 'mdy' then us_time(cell)
        else cell
    end;

-- a moment that says UTC in words
create or replace temp macro utc_time(cell) as regexp_replace(trim(cell), '\s+UTC$', '+00:00');

-- a moment that is in UTC without saying so
create or replace temp macro in_utc(moment) as
    case
        when regexp_full_match(trim(moment), '\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?')
            then regexp_replace(trim(moment), '\.\d+$', '') || '+00:00'
        else moment
    end;

-- a day written without separators: `20260105`
create or replace temp macro compact_day(cell) as
    case
        when regexp_full_match(trim(cell), '\d{8}')
            then regexp_replace(trim(cell), '(\d{4})(\d{2})(\d{2})', '\1-\2-\3')
        else filled(cell)
    end;

-- what a deal in a stage of that name is: 'won', 'lost' or 'open'; null where no stage is called so
create or replace temp macro outcome_of(stage) as
    nullif(getvariable('stage_outcomes')[folded(stage)], '');

-- whether a stage of that name is known: 'true' or 'false'
create or replace temp macro is_known_stage(stage) as
    (outcome_of(stage) is not null)::varchar;

-- the channel that the name of a kind of activity means, English or French; 'task' for what is no
-- exchange with anybody, the name itself when it means none
create or replace temp macro channel_of(kind) as
    case
        when strip_accents(folded(kind)) is null then 'other'
        when regexp_matches(strip_accents(folded(kind)),
            '\b(tasks?|taches?|to-?do|deadline|echeance|a faire)\b') then 'task'
        when contains(folded(kind), 'linkedin') then 'linkedin'
        when regexp_matches(folded(kind), '\b(sms|texto|whatsapp)\b') then 'sms'
        when regexp_matches(strip_accents(folded(kind)),
            '\b(e-?mails?|mails?|mailing|courriels?)\b|electronique') then 'email'
        when regexp_matches(strip_accents(folded(kind)),
            '\b(courriers?|letters?|lettres?|postal|publipostage)\b') then 'mail'
        when regexp_matches(strip_accents(folded(kind)),
            '\b(meetings?|reunions?|rdv|rendez-vous|visites?|visits?|lunch|dejeuner|diner|demo|'
            || 'demonstration|presentation|entretien|visio)\b') then 'meeting'
        when regexp_matches(strip_accents(folded(kind)),
            '\b(calls?|appels?|phone|telephone|tel)\b') then 'call'
        else kind
    end;

-- a duration in seconds: of `HH:MM:SS`, of `HH:MM`, or of a number of seconds
create or replace temp macro seconds_of(cell) as
    case
        when regexp_full_match(trim(cell), '\d+:\d{2}(:\d{2})?')
            then try(
                3600 * split_part(trim(cell), ':', 1)::bigint
                + 60 * split_part(trim(cell), ':', 2)::bigint
                + coalesce(try_cast(split_part(trim(cell), ':', 3) as bigint), 0)
            )::varchar
        else whole(cell)
    end;

-- the label of an option, from a list of `{"id": …, "label": …}` in a cell
create or replace temp macro option_label(options, id) as
    list_filter(
        json_extract(try_cast(options as json), '$[*]'),
        lambda option: json_extract_string(option, '$.id') = whole(id)
    )[1]->>'$.label';

-- what one field of a record became by the last of its changes, '' when it was emptied
create or replace temp macro last_change(value, moment, place, record, is_of_field) as
    arg_max(coalesce(value, ''), (replace(trim(moment), 'T', ' '), place))
        filter (where is_of_field) over (partition by record);

-- The macros of a mapping (`orchestration/landing/mapping`).

-- what a cell holds, null when it is blank or one of the words (folded) that mean nothing
create or replace temp macro filled_cell(cell, words) as
    case when folded(cell) is not null and not list_contains(words, folded(cell)) then cell end;

-- the name of a file without folder, container and ending
create or replace temp macro file_name(path) as
    regexp_extract(path, '(?i)([^/!]+?)(\.(csv|tsv|txt|xlsx|xlsm|parquet|gz))*$', 1);

-- a cell without blanks around it, each run of them as one
create or replace temp macro unspaced(cell) as
    trim(regexp_replace(cell, '[\s\x{A0}\x{202F}\x{2007}\x{FEFF}]+', ' ', 'g'));

-- the time of day that stands behind a day, as ` 14:30:00`; nothing when there is none
create or replace temp macro clock_of(written) as
    case
        when trim(written) = '' then ''
        else strftime(
            try_strptime(
                regexp_replace(trim(translate(written, ',Tà', '   ')), '^(\d{1,2}) ?h ?(\d{2})', '\1:\2'),
                ['%H:%M', '%H:%M:%S', '%H:%M:%S.%f', '%I:%M %p', '%I:%M:%S %p']
            ),
            ' %H:%M:%S'
        )
    end;

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

-- a month in words: `08 Feb 2026`, `Jun 09, 2018 09:30 pm`, `8 févr. 2026 à 14:05`
create or replace temp macro worded_time(cell) as
    coalesce(
        case
            when regexp_matches(cell, '^\s*\d{1,2}\s+\pL+\.?,?\s+\d{4}')
                then regexp_extract(cell, '^\s*\d{1,2}\s+\pL+\.?,?\s+(\d{4})', 1)
                    || '-' || month_number(regexp_extract(cell, '^\s*\d{1,2}\s+(\pL+)', 1))
                    || '-' || lpad(regexp_extract(cell, '^\s*(\d{1,2})', 1), 2, '0')
                    || coalesce(clock_of(regexp_extract(cell, '\d{4},?\s+(?:à|at)?\s*(.*)$', 1)), '')
            when regexp_matches(cell, '^\s*\pL+\.?\s+\d{1,2},?\s+\d{4}')
                then regexp_extract(cell, '^\s*\pL+\.?\s+\d{1,2},?\s+(\d{4})', 1)
                    || '-' || month_number(regexp_extract(cell, '^\s*(\pL+)', 1))
                    || '-' || lpad(regexp_extract(cell, '^\s*\pL+\.?\s+(\d{1,2})', 1), 2, '0')
                    || coalesce(clock_of(regexp_extract(cell, '\d{4},?\s+(?:à|at)?\s*(.*)$', 1)), '')
        end,
        cell);

-- a moment in ISO form whose day is written in one form, null when it is not
create or replace temp macro day_in_form(cell, day_pattern, day_form) as
    case
        when regexp_full_match(unspaced(cell), day_pattern || '([T, ].*)?')
            then strftime(
                try_strptime(regexp_extract(unspaced(cell), '^' || day_pattern), day_form), '%Y-%m-%d'
            ) || clock_of(regexp_replace(unspaced(cell), '^' || day_pattern, ''))
    end;

-- a day that a spreadsheet wrote as its number, null when it is none
create or replace temp macro day_in_serial(cell) as
    case
        when regexp_full_match(trim(cell), '[1-9]\d{4}([.]0*)?')
            then strftime(date '1899-12-30' + trunc(trim(cell)::double)::integer, '%Y-%m-%d')
        when regexp_full_match(trim(cell), '[1-9]\d{4}[.]\d+')
            then strftime(
                timestamp '1899-12-30' + to_seconds(round(trim(cell)::double * 86400)::bigint),
                '%Y-%m-%d %H:%M:%S'
            )
    end;

-- a moment written as seconds or milliseconds since 1970, null when it is not
create or replace temp macro day_in_unix(cell) as
    case
        when regexp_full_match(trim(cell), '\d{10}')
            then strftime(make_timestamp(trim(cell)::bigint * 1000000), '%Y-%m-%d %H:%M:%S') || '+00:00'
        when regexp_full_match(trim(cell), '\d{13}')
            then strftime(make_timestamp(trim(cell)::bigint * 1000), '%Y-%m-%d %H:%M:%S') || '+00:00'
    end;

-- a number without its marks of thousands, a point before its decimals, null when it is written in
-- another form; three decimals become four, so that the point is not taken for one of thousands
create or replace temp macro plain_number(written, number_pattern, thousands, decimal_mark, is_percent) as
    case
        when not regexp_full_match(written, number_pattern) then null
        when is_percent
            then (
                try_cast(replace(replace(written, thousands, ''), decimal_mark, '.') as decimal(28, 8))
                * 0.01::decimal(3, 2)
            )::varchar
        else regexp_replace(
            replace(replace(ltrim(written, '+'), thousands, ''), decimal_mark, '.'),
            '([.]\d{3})$', '\10'
        )
    end;

-- a number of a file whose numbers are no spelling (a workbook, Parquet), null when it is none
create or replace temp macro typed_number(cell, file) as
    case
        when
            regexp_matches(file, '(?i)[.](xlsx|xlsm|parquet)(!|$)')
            and regexp_full_match(trim(cell), '-?[0-9]+([.][0-9]+)?')
            then regexp_replace(trim(cell), '([.]\d{3})$', '\10')
    end;

-- a number with what its form lets stand before and behind it
create or replace temp macro number_in_form(
    cell, before, behind, number_pattern, thousands, decimal_mark, is_percent
) as
    plain_number(
        trim(case
            when behind != '' and ends_with(unspaced(cell), behind)
                then left(unspaced(cell), length(unspaced(cell)) - length(behind))
            when before != '' and starts_with(unspaced(cell), before)
                then substr(unspaced(cell), length(before) + 1)
            else unspaced(cell)
        end),
        number_pattern, thousands, decimal_mark, is_percent
    );

-- The macros of Salesforce, and those that read what people wrote.

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
create or replace temp macro exact_number(cell) as
    case
        when regexp_full_match(regexp_replace(cell, '[\s\x{00A0}\x{202F}]', '', 'g'),
            '-?(\d{1,3}(,\d{3})+|\d+)[.]\d{1,2}|-?\d+|-?\d{1,3}(,\d{3}){2,}')
            then try_cast(regexp_replace(cell, '[\s\x{00A0}\x{202F},]', '', 'g') as decimal(18, 4))
        when regexp_full_match(regexp_replace(cell, '[\s\x{00A0}\x{202F}]', '', 'g'),
            '-?(\d{1,3}([.]\d{3})+|\d+),\d{1,2}|-?\d{1,3}([.]\d{3}){2,}')
            then try_cast(replace(
                regexp_replace(cell, '[\s\x{00A0}\x{202F}.]', '', 'g'), ',', '.') as decimal(18, 4))
    end;
