-- The company's world, all of it invented: words, weights and effects.
-- `slots` out of 100 say how frequent a word is; `pull` multiplies the chance that a
-- prospect is open to talking to us at all.
create table lead_sources as
select * from (values
    ('Fichier acheté', 34, 0.72, 0.82, 3400, 0.9, 'EEEEEALCCC'),
    ('LinkedIn', 24, 0.95, 0.86, 1300, 0.9, 'LLLLLLEEEE'),
    ('Site web', 14, 1.45, 0.95, 170, 1.3, 'AAAAAAAEEE'),
    ('Webinaire', 10, 1.15, 0.88, 900, 0.8, 'EEEEEEEEAL'),
    ('Recommandation', 7, 1.75, 0.96, 380, 1.0, 'AAAAAEEEEL'),
    ('Partenaire', 5, 1.30, 0.90, 700, 0.9, 'AAAEEEEEEL'),
    ('Salon', 3, 1.25, 0.88, 1500, 0.7, 'AAAEEEEEEL'),
    (null, 3, 0.80, 0.70, 2400, 1.0, 'EEEEEEEEAL')
) as listed (
    lead_source, slots, pull, contact_share, delay_minutes, delay_spread, plans
);

create table sectors as
select * from (values
    ('Industrie', 22, 1.20, 1.15, 'IND',
        ['Mécanique', 'Usinage', 'Chaudronnerie', 'Plasturgie', 'Fonderie', 'Tôlerie']),
    ('BTP', 18, 1.00, 0.95, 'IND',
        ['Menuiserie', 'Maçonnerie', 'Charpente', 'Électricité', 'Couverture',
            'Façades']),
    ('Agroalimentaire', 12, 1.25, 1.10, 'IND',
        ['Biscuiterie', 'Fromagerie', 'Conserverie', 'Brasserie', 'Salaisons',
            'Minoterie']),
    ('Transport et logistique', 11, 1.05, 1.00, 'IND',
        ['Transports', 'Messagerie', 'Entrepôts', 'Déménagements', 'Affrètement']),
    ('Santé', 9, 0.85, 1.05, 'TER',
        ['Clinique', 'Laboratoire', 'Résidence', 'Centre de soins', 'Optique']),
    ('Hôtellerie et restauration', 10, 0.80, 0.80, 'TER',
        ['Hôtel', 'Auberge', 'Traiteur', 'Brasserie', 'Camping']),
    ('Commerce de détail', 8, 0.75, 0.85, 'TER',
        ['Quincaillerie', 'Jardinerie', 'Librairie', 'Meubles', 'Cycles']),
    ('Services aux entreprises', 6, 0.80, 0.90, 'TER',
        ['Imprimerie', 'Propreté', 'Gardiennage', 'Ingénierie', 'Archivage']),
    (null, 4, 0.85, 0.95, 'TER',
        ['Établissements', 'Ateliers', 'Comptoir', 'Maison'])
) as listed (sector, slots, pull, closing, segment, trades);

create table personas as
select * from (values
    ('Dirigeant', 34, 1.00, ['Gérant', 'Directeur général', 'Président'],
        ['Gérante', 'Directrice générale', 'Présidente']),
    ('Maintenance', 24, 1.20, ['Responsable maintenance', 'Chef d''atelier'],
        ['Responsable maintenance', 'Cheffe d''atelier']),
    ('Technique', 14, 1.05, ['Directeur technique', 'Responsable travaux neufs'],
        ['Directrice technique', 'Responsable travaux neufs']),
    ('Production', 12, 0.95, ['Directeur de site', 'Responsable de production'],
        ['Directrice de site', 'Responsable de production']),
    ('Achats', 9, 0.75, ['Acheteur', 'Responsable achats'],
        ['Acheteuse', 'Responsable achats']),
    ('Finance', 7, 0.80,
        ['Directeur administratif et financier', 'Contrôleur de gestion'],
        ['Directrice administrative et financière', 'Contrôleuse de gestion'])
) as listed (persona, slots, pull, titles, feminine_titles);

create table sizes as
select * from (values
    (28, 2, 9, 0.85, 0.70, 0.95),
    (44, 10, 49, 1.05, 1.00, 1.05),
    (22, 50, 249, 1.10, 1.45, 1.00),
    (6, 250, 900, 0.95, 2.10, 0.85)
) as listed (slots, at_least, at_most, pull, amount_factor, closing);

create table regions as
select * from (values
    ('Bretagne', 'FR', 'Ouest', 10,
        ['Rennes', 'Brest', 'Quimper', 'Vannes', 'Lorient']),
    ('Pays de la Loire', 'FR', 'Ouest', 12, ['Nantes', 'Angers', 'Le Mans', 'Cholet']),
    ('Normandie', 'FR', 'Ouest', 8, ['Caen', 'Rouen', 'Le Havre', 'Évreux']),
    ('Île-de-France', 'FR', 'Nord-Est', 15,
        ['Paris', 'Évry', 'Cergy', 'Créteil', 'Meaux']),
    ('Hauts-de-France', 'FR', 'Nord-Est', 10, ['Lille', 'Amiens', 'Arras', 'Béthune']),
    ('Grand Est', 'FR', 'Nord-Est', 7, ['Strasbourg', 'Reims', 'Metz', 'Épinal']),
    ('Wallonie', 'BE', 'Nord-Est', 2, ['Liège', 'Namur', 'Mons']),
    ('Auvergne-Rhône-Alpes', 'FR', 'Sud', 13,
        ['Lyon', 'Grenoble', 'Saint-Étienne', 'Annecy']),
    ('Suisse romande', 'CH', 'Sud', 5, ['Genève', 'Lausanne', 'Neuchâtel']),
    ('Nouvelle-Aquitaine', 'FR', 'Sud', 7, ['Bordeaux', 'Limoges', 'Angoulême', 'Pau']),
    ('Occitanie', 'FR', 'Sud', 7, ['Toulouse', 'Montpellier', 'Nîmes', 'Albi']),
    ('Provence-Alpes-Côte d''Azur', 'FR', 'Sud', 4, ['Marseille', 'Toulon', 'Avignon'])
) as listed (region, country, team, slots, cities);

create table products as
select * from (values
    (1, 'PR-LOG-01', 'GMAO Essentiel, licence annuelle', 'Logiciel',
        118.00, 590.00, 30),
    (2, 'PR-LOG-02', 'GMAO Avancé, licence annuelle', 'Logiciel', 196.00, 980.00, 20),
    (3, 'PR-LOG-03', 'Module stocks et pièces', 'Logiciel', 64.00, 320.00, 8),
    (4, 'PR-MNT-01', 'Contrat de maintenance préventive', 'Maintenance',
        310.00, 520.00, 16),
    (5, 'PR-MNT-02', 'Contrat de maintenance tout inclus', 'Maintenance',
        690.00, 1080.00, 10),
    (6, 'PR-SRV-01', 'Journée d''audit et de mise en service', 'Services',
        420.00, 890.00, 10),
    (7, 'PR-FOR-01', 'Formation des équipes (journée)', 'Formation', 340.00, 760.00, 4),
    (8, 'PR-MAT-01', 'Capteur vibratoire connecté', 'Matériel', 86.50, 149.00, 2)
) as listed (product_no, product_id, name, family, unit_cost, unit_price, slots);

-- one row per slot 0..99, to be joined on floor(100 * draw)
create macro slots_of(weights) as
    unnest(range(weights));

create table lead_source_slots as
select
    row_number() over (order by pull, lead_source, slot) - 1 as slot,
    lead_source, pull, contact_share, delay_minutes, delay_spread, plans
from (select *, slots_of(slots) as slot from lead_sources);

create table sector_slots as
select
    row_number() over (order by pull, sector, slot) - 1 as slot,
    sector, pull, closing, segment, trades,
    list_transform(trades, lambda word: slug(word)) as trade_slugs
from (select *, slots_of(slots) as slot from sectors);

create table persona_slots as
select
    row_number() over (order by persona, slot) - 1 as slot,
    persona, pull, titles, feminine_titles
from (select *, slots_of(slots) as slot from personas);

create table size_slots as
select
    row_number() over (order by at_least, slot) - 1 as slot,
    at_least, at_most, pull, amount_factor, closing
from (select *, slots_of(slots) as slot from sizes);

create table region_slots as
select
    row_number() over (order by region, slot) - 1 as slot,
    region, country, team, cities
from (select *, slots_of(slots) as slot from regions);

create table product_slots as
select
    row_number() over (order by product_no, slot) - 1 as slot,
    product_no, product_id, unit_cost, unit_price
from (select *, slots_of(slots) as slot from products);

-- What a rep plans to do with a prospect: touches, and working days between them.
-- E e-mail first, A telephone first, L LinkedIn first, C letter first; steps 11 and up
-- are the second wave, months later, of those who did not answer the first.
create table plan_steps as
with
listed as (
    select * from (values
        ('E', ['email', 'email', 'call', 'email', 'linkedin', 'call', 'email', 'call'],
            [0, 3, 2, 4, 3, 4, 6, 8]),
        ('A', ['call', 'email', 'call', 'email', 'call', 'linkedin', 'call', 'email'],
            [0, 1, 3, 4, 4, 3, 6, 6]),
        ('L', ['linkedin', 'email', 'call', 'email', 'email', 'call', 'email', 'call'],
            [0, 4, 3, 4, 5, 5, 6, 7]),
        ('C', ['mail', 'call', 'email', 'call', 'email', 'mail', 'call', 'email'],
            [0, 6, 2, 5, 5, 9, 5, 5])
    ) as plans (plan, channels, gaps)
),

first_wave as (
    select
        plan,
        unnest(range(1, 9)) as step_no,
        unnest(channels) as channel,
        unnest(gaps) as gap_days
    from listed
),

second_wave as (
    select
        plan,
        unnest([11, 12, 13, 14]) as step_no,
        unnest(['email', 'call', 'email', 'call']) as channel,
        unnest([0, 3, 5, 6]) as gap_days
    from listed
),

all_steps as (
    select plan, step_no, channel, gap_days from first_wave
    union all
    select plan, step_no, channel, gap_days from second_wave
)

select
    plan,
    step_no::integer as step_no,
    channel,
    480 * sum(gap_days) over (partition by plan order by step_no)::integer
        as minutes_later,
    count(*) filter (where channel = 'email')
        over (partition by plan order by step_no) as email_rank
from all_steps;

set variable feminine_names = [
    'Adèle', 'Agathe', 'Amandine', 'Anaïs', 'Apolline', 'Aurélie', 'Béatrice',
    'Bérénice',
    'Camille', 'Capucine', 'Cécile', 'Chloé', 'Clémence', 'Coralie', 'Delphine',
    'Éléonore',
    'Élise', 'Élodie', 'Estelle', 'Fanny', 'Faustine', 'Florence', 'Gaëlle', 'Héloïse',
    'Inès', 'Jeanne', 'Joséphine', 'Justine', 'Laëtitia', 'Léonie', 'Lucile', 'Maëlle',
    'Margaux', 'Maïwenn', 'Noémie', 'Océane', 'Ophélie', 'Pauline', 'Solène', 'Zoé'
];
set variable masculine_names = [
    'Adrien', 'Alexis', 'Anatole', 'Antoine', 'Aurélien', 'Baptiste', 'Basile',
    'Benoît',
    'Cédric', 'Clément', 'Côme', 'Corentin', 'Cyprien', 'Damien', 'Denis', 'Édouard',
    'Éloi', 'Étienne', 'Fabrice', 'Félix', 'Gaétan', 'Gaspard', 'Gilles', 'Grégoire',
    'Hervé', 'Joël', 'Jérôme', 'Léandre', 'Loïc', 'Ludovic', 'Maël', 'Mathieu',
    'Octave', 'Régis', 'Rémi', 'Sébastien', 'Théophile', 'Tristan', 'Xavier', 'Yann'
];
set variable family_names = [
    'Abrival', 'Aubrelle', 'Bastenay', 'Beaucastan', 'Bellorme', 'Bercenay',
    'Blanchemain',
    'Boisfleury', 'Bourdelac', 'Brévannes', 'Cadorel', 'Castelneuf', 'Chambrelan',
    'Chantelouve', 'Clairambeau', 'Combrouze', 'Corvaisier', 'Coudrenne', 'Courtemance',
    'Dambreval', 'Delcambre', 'Desfontenay', 'Dormelles', 'Dubrousset', 'Escalibert',
    'Estrevel', 'Falguières', 'Fauvergue', 'Ferrandel', 'Fontarelle', 'Foucrel',
    'Garambois', 'Gaudrenne', 'Grandcœur', 'Gravelines', 'Guéramont', 'Hautecour',
    'Herbelay', 'Jarnoux', 'Joncheray', 'Kerlouan', 'Kervadec', 'Labruyant',
    'Lacombrade',
    'Lanvoré', 'Lavergnolle', 'Ledoux', 'Lestrade-Aubin', 'Lormenil', 'Maldoran',
    'Marchenoir', 'Maupertuis', 'Mérindole', 'Montclair', 'Morvanec', 'Nanteau',
    'Noirmont', 'Orsanne', 'Pélissandre', 'Penhoët', 'Pierrefeu', 'Plessandre',
    'Pontarel',
    'Pradines', 'Quémeneur', 'Rabastel', 'Ravenelle', 'Rochebrune', 'Roquelaire',
    'Roussanne', 'Saintonge', 'Sauvebœuf', 'Séverac', 'Sombreval', 'Tercenac',
    'Thorigneau', 'Tournebise', 'Trémazan', 'Vallombreuse', 'Varenges', 'Vaucelle',
    'Verdanne', 'Vernouillard', 'Villebrune', 'Voisenon', 'Ysambert'
];
set variable house_endings = [
    '', '', '', '', '', ' & Fils', ' Frères', ' et Associés', ' du Ponant',
    ' des Rives',
    ' & Cie', ' Père et Fille'
];

-- The same words as they appear in addresses, made once: doing it per row costs more
-- than all the rest of a person.
set variable feminine_slugs = (
    select list_transform(
        getvariable('feminine_names'), lambda word: replace(slug(word), '-', '')
    )
);
set variable masculine_slugs = (
    select list_transform(
        getvariable('masculine_names'), lambda word: replace(slug(word), '-', '')
    )
);
set variable family_slugs = (
    select list_transform(getvariable('family_names'), lambda word: slug(word))
);
set variable house_ending_slugs = (
    select list_transform(
        getvariable('house_endings'), lambda word: rtrim('-' || slug(word), '-')
    )
);
