"""Real places for the demo: towns with their position and about how many people live there.

Positions are of the town centres to about a kilometre, populations are rounded; both decide only where made-up orders
come from and what sending to them costs. Postcodes name an area (the first three digits of a US ZIP, a UK outward
code); the rest of a code is made up.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Town:
    name: str
    region: str      # US state, UK postcode area; empty for a capital
    postcode: str    # area: "606", "M1"; empty for a capital
    latitude: float
    longitude: float
    people: int      # thousands
    country: str


def _read(text, country):
    towns = []
    for line in text.strip().split("\n"):
        name, region, postcode, latitude, longitude, people = (part.strip() for part in line.split("|"))
        towns.append(Town(name, region, postcode, float(latitude), float(longitude), int(people), country))
    return tuple(towns)


US_TOWNS = _read("""
New York|NY|100|40.75|-73.99|8300
Los Angeles|CA|900|34.05|-118.24|3900
Chicago|IL|606|41.88|-87.63|2700
Houston|TX|770|29.76|-95.37|2300
Phoenix|AZ|850|33.45|-112.07|1640
Philadelphia|PA|191|39.95|-75.17|1580
San Antonio|TX|782|29.42|-98.49|1470
San Diego|CA|921|32.72|-117.16|1390
Dallas|TX|752|32.78|-96.80|1300
San Jose|CA|951|37.34|-121.89|990
Austin|TX|787|30.27|-97.74|970
Jacksonville|FL|322|30.33|-81.66|970
Fort Worth|TX|761|32.76|-97.33|950
Columbus|OH|432|39.96|-83.00|910
Charlotte|NC|282|35.23|-80.84|890
Indianapolis|IN|462|39.77|-86.16|880
San Francisco|CA|941|37.77|-122.42|830
Seattle|WA|981|47.61|-122.33|740
Denver|CO|802|39.74|-104.99|715
Oklahoma City|OK|731|35.47|-97.52|690
Nashville|TN|372|36.16|-86.78|685
El Paso|TX|799|31.76|-106.49|680
Washington|DC|200|38.91|-77.04|680
Boston|MA|021|42.36|-71.06|660
Las Vegas|NV|891|36.17|-115.14|650
Portland|OR|972|45.52|-122.68|640
Detroit|MI|482|42.33|-83.05|630
Louisville|KY|402|38.25|-85.76|630
Memphis|TN|381|35.15|-90.05|625
Baltimore|MD|212|39.29|-76.61|575
Milwaukee|WI|532|43.04|-87.91|565
Albuquerque|NM|871|35.08|-106.65|562
Tucson|AZ|857|32.22|-110.97|545
Fresno|CA|937|36.74|-119.79|545
Sacramento|CA|958|38.58|-121.49|525
Kansas City|MO|641|39.10|-94.58|510
Mesa|AZ|852|33.42|-111.83|505
Atlanta|GA|303|33.75|-84.39|500
Colorado Springs|CO|809|38.83|-104.82|485
Omaha|NE|681|41.26|-95.93|485
Raleigh|NC|276|35.78|-78.64|470
Miami|FL|331|25.76|-80.19|445
Long Beach|CA|908|33.77|-118.19|455
Virginia Beach|VA|234|36.85|-75.98|455
Oakland|CA|946|37.80|-122.27|435
Minneapolis|MN|554|44.98|-93.27|428
Tulsa|OK|741|36.15|-95.99|411
Tampa|FL|336|27.95|-82.46|390
Wichita|KS|672|37.69|-97.34|396
New Orleans|LA|701|29.95|-90.07|376
Cleveland|OH|441|41.50|-81.69|365
Bakersfield|CA|933|35.37|-119.02|407
Honolulu|HI|968|21.31|-157.86|345
Anaheim|CA|928|33.84|-117.91|345
Orlando|FL|328|28.54|-81.38|310
Santa Ana|CA|927|33.75|-117.87|308
Corpus Christi|TX|784|27.80|-97.40|317
Riverside|CA|925|33.95|-117.40|318
Saint Louis|MO|631|38.63|-90.20|294
Lexington|KY|405|38.04|-84.50|320
Pittsburgh|PA|152|40.44|-80.00|301
Stockton|CA|952|37.96|-121.29|322
Cincinnati|OH|452|39.10|-84.51|309
Saint Paul|MN|551|44.95|-93.09|308
Greensboro|NC|274|36.07|-79.79|299
Lincoln|NE|685|40.81|-96.70|291
Anchorage|AK|995|61.22|-149.90|288
Plano|TX|750|33.02|-96.70|288
Newark|NJ|071|40.74|-74.17|307
Toledo|OH|436|41.65|-83.54|269
Jersey City|NJ|073|40.72|-74.04|287
Fort Wayne|IN|468|41.08|-85.14|265
Laredo|TX|780|27.51|-99.51|256
Madison|WI|537|43.07|-89.40|272
Durham|NC|277|35.99|-78.90|285
Lubbock|TX|794|33.58|-101.86|260
Reno|NV|895|39.53|-119.81|268
Buffalo|NY|142|42.89|-78.88|277
Boise|ID|837|43.62|-116.20|237
Baton Rouge|LA|708|30.45|-91.15|225
Norfolk|VA|235|36.85|-76.29|236
Richmond|VA|232|37.54|-77.44|229
Spokane|WA|992|47.66|-117.43|229
Des Moines|IA|503|41.59|-93.62|212
Modesto|CA|953|37.64|-120.99|218
Tacoma|WA|984|47.25|-122.44|221
Fontana|CA|923|34.09|-117.44|210
Birmingham|AL|352|33.52|-86.80|199
Rochester|NY|146|43.16|-77.61|209
Salt Lake City|UT|841|40.76|-111.89|201
Little Rock|AR|722|34.75|-92.29|202
Amarillo|TX|791|35.22|-101.83|200
Augusta|GA|309|33.47|-81.97|201
Grand Rapids|MI|495|42.96|-85.67|198
Columbus|GA|319|32.46|-84.99|205
Tallahassee|FL|323|30.44|-84.28|197
Huntsville|AL|358|34.73|-86.59|221
Worcester|MA|016|42.26|-71.80|205
Knoxville|TN|379|35.96|-83.92|193
Providence|RI|029|41.82|-71.41|190
Brownsville|TX|785|25.90|-97.50|188
Santa Rosa|CA|954|38.44|-122.71|177
Fort Lauderdale|FL|333|26.12|-80.14|183
Chattanooga|TN|374|35.05|-85.31|183
Sioux Falls|SD|571|43.55|-96.73|200
Springfield|MO|658|37.21|-93.29|169
Eugene|OR|974|44.05|-123.09|176
Jackson|MS|392|32.30|-90.18|150
Cedar Rapids|IA|524|41.98|-91.67|137
Savannah|GA|314|32.08|-81.09|148
Bridgeport|CT|066|41.18|-73.19|148
Hartford|CT|061|41.76|-72.67|120
Columbia|SC|292|34.00|-81.03|137
Charleston|SC|294|32.78|-79.93|151
Fargo|ND|581|46.88|-96.79|126
Billings|MT|591|45.78|-108.50|117
Manchester|NH|031|42.99|-71.46|115
Wilmington|DE|198|39.75|-75.55|71
Charleston|WV|253|38.35|-81.63|48
Burlington|VT|054|44.48|-73.21|45
Portland|ME|041|43.66|-70.26|68
Cheyenne|WY|820|41.14|-104.82|65
""", "US")

UK_TOWNS = _read("""
London|SW|SW1|51.50|-0.13|1300
London|E|E1|51.52|-0.06|1100
London|N|N1|51.54|-0.10|1000
London|SE|SE1|51.50|-0.09|1050
London|W|W1|51.51|-0.15|800
London|NW|NW1|51.53|-0.14|700
Croydon|CR|CR0|51.37|-0.10|390
Birmingham|B|B1|52.48|-1.90|1140
Manchester|M|M1|53.48|-2.24|550
Glasgow|G|G1|55.86|-4.25|635
Leeds|LS|LS1|53.80|-1.55|560
Liverpool|L|L1|53.41|-2.98|490
Edinburgh|EH|EH1|55.95|-3.19|510
Sheffield|S|S1|53.38|-1.47|560
Bristol|BS|BS1|51.45|-2.59|470
Cardiff|CF|CF10|51.48|-3.18|360
Leicester|LE|LE1|52.63|-1.13|365
Coventry|CV|CV1|52.41|-1.51|345
Bradford|BD|BD1|53.79|-1.75|365
Belfast|BT|BT1|54.60|-5.93|345
Nottingham|NG|NG1|52.95|-1.15|325
Kingston upon Hull|HU|HU1|53.74|-0.33|265
Newcastle upon Tyne|NE|NE1|54.97|-1.61|300
Stoke-on-Trent|ST|ST1|53.03|-2.18|260
Southampton|SO|SO14|50.90|-1.40|255
Derby|DE|DE1|52.92|-1.48|260
Portsmouth|PO|PO1|50.80|-1.09|210
Brighton|BN|BN1|50.82|-0.14|280
Plymouth|PL|PL1|50.37|-4.14|265
Northampton|NN|NN1|52.24|-0.90|245
Reading|RG|RG1|51.45|-0.97|235
Luton|LU|LU1|51.88|-0.42|225
Wolverhampton|WV|WV1|52.59|-2.13|265
Bolton|BL|BL1|53.58|-2.43|195
Aberdeen|AB|AB10|57.15|-2.10|200
Bournemouth|BH|BH1|50.72|-1.88|200
Norwich|NR|NR1|52.63|1.30|195
Swindon|SN|SN1|51.56|-1.78|185
Swansea|SA|SA1|51.62|-3.94|240
Southend-on-Sea|SS|SS1|51.54|0.71|180
Middlesbrough|TS|TS1|54.57|-1.23|145
Milton Keynes|MK|MK9|52.04|-0.76|250
Peterborough|PE|PE1|52.57|-0.24|215
York|YO|YO1|53.96|-1.08|200
Ipswich|IP|IP1|52.06|1.16|140
Cambridge|CB|CB1|52.20|0.13|145
Oxford|OX|OX1|51.75|-1.26|160
Dundee|DD|DD1|56.46|-2.97|148
Gloucester|GL|GL1|51.86|-2.24|130
Blackpool|FY|FY1|53.82|-3.05|140
Preston|PR|PR1|53.76|-2.70|147
Exeter|EX|EX1|50.72|-3.53|130
Warrington|WA|WA1|53.39|-2.59|210
Stockport|SK|SK1|53.41|-2.16|295
Huddersfield|HD|HD1|53.65|-1.78|160
Wakefield|WF|WF1|53.68|-1.50|110
Colchester|CO|CO1|51.89|0.90|190
Chelmsford|CM|CM1|51.74|0.48|180
Guildford|GU|GU1|51.24|-0.57|145
Maidstone|ME|ME14|51.27|0.52|175
Canterbury|CT|CT1|51.28|1.08|155
Slough|SL|SL1|51.51|-0.59|158
Watford|WD|WD17|51.66|-0.40|102
Bath|BA|BA1|51.38|-2.36|95
Cheltenham|GL|GL50|51.90|-2.07|118
Worcester|WR|WR1|52.19|-2.22|104
Lincoln|LN|LN1|53.23|-0.54|104
Carlisle|CA|CA1|54.89|-2.94|75
Inverness|IV|IV1|57.48|-4.22|47
Truro|TR|TR1|50.26|-5.05|24
Torquay|TQ|TQ1|50.46|-3.53|65
""", "GB")

# Where a shipment to a country is taken to go: its capital, or the largest place where that is meant.
CAPITALS = {
    "AE": ("Dubai", 25.20, 55.27), "AT": ("Vienna", 48.21, 16.37), "AU": ("Sydney", -33.87, 151.21),
    "BE": ("Brussels", 50.85, 4.35), "BG": ("Sofia", 42.70, 23.32), "BH": ("Manama", 26.23, 50.59),
    "BM": ("Hamilton", 32.29, -64.78), "BR": ("Brasilia", -15.79, -47.88), "BW": ("Gaborone", -24.65, 25.91),
    "CA": ("Toronto", 43.65, -79.38), "CH": ("Zurich", 47.37, 8.54), "CN": ("Beijing", 39.90, 116.41),
    "CY": ("Nicosia", 35.19, 33.38), "CZ": ("Prague", 50.08, 14.44), "DE": ("Berlin", 52.52, 13.40),
    "DK": ("Copenhagen", 55.68, 12.57), "EE": ("Tallinn", 59.44, 24.75), "ES": ("Madrid", 40.42, -3.70),
    "FI": ("Helsinki", 60.17, 24.94), "FR": ("Paris", 48.86, 2.35), "GR": ("Athens", 37.98, 23.73),
    "HK": ("Hong Kong", 22.32, 114.17), "HU": ("Budapest", 47.50, 19.04), "IE": ("Dublin", 53.35, -6.26),
    "IL": ("Tel Aviv", 32.09, 34.78), "IS": ("Reykjavik", 64.15, -21.94), "IT": ("Rome", 41.90, 12.50),
    "JE": ("Saint Helier", 49.19, -2.11), "JP": ("Tokyo", 35.68, 139.69), "KR": ("Seoul", 37.57, 126.98),
    "LB": ("Beirut", 33.89, 35.50), "LT": ("Vilnius", 54.69, 25.28), "LU": ("Luxembourg", 49.61, 6.13),
    "LV": ("Riga", 56.95, 24.11), "MT": ("Valletta", 35.90, 14.51), "MX": ("Mexico City", 19.43, -99.13),
    "NG": ("Lagos", 6.52, 3.38), "NL": ("Amsterdam", 52.37, 4.90), "NO": ("Oslo", 59.91, 10.75),
    "NZ": ("Auckland", -36.85, 174.76), "PL": ("Warsaw", 52.23, 21.01), "PT": ("Lisbon", 38.72, -9.14),
    "SA": ("Riyadh", 24.71, 46.68), "SE": ("Stockholm", 59.33, 18.07), "SG": ("Singapore", 1.35, 103.82),
    "SK": ("Bratislava", 48.15, 17.11), "TH": ("Bangkok", 13.76, 100.50), "US": ("New York", 40.71, -74.01),
    "ZA": ("Johannesburg", -26.20, 28.05),
}

_ZONES = {
    "America/Los_Angeles": "CA WA OR NV", "America/Phoenix": "AZ", "Pacific/Honolulu": "HI",
    "America/Anchorage": "AK", "America/Denver": "CO NM UT MT WY ID",
    "America/Chicago": "IL TX TN WI MN MO OK LA NE KS IA AL AR MS SD ND",
}
_ZONE_OF_STATE = {state: zone for zone, states in _ZONES.items() for state in states.split()}


def zone_of(town):
    """The IANA time zone that most of the town's region keeps."""
    if town.country == "GB":
        return "Europe/London"
    return _ZONE_OF_STATE.get(town.region, "America/New_York")


def town_named(name, region, towns):
    return next(town for town in towns if town.name == name and town.region == region)


def postcode_areas(towns):
    """What POST /v1/postcode-areas/bulk takes: one row for each area, and one for each country abroad."""
    rows = {(town.country, town.postcode): (town.latitude, town.longitude) for town in towns}
    home = towns[0].country
    rows.update({(code, ""): point[1:] for code, point in CAPITALS.items() if code != home})
    return [{"country": country, "prefix": prefix, "latitude": latitude, "longitude": longitude}
            for (country, prefix), (latitude, longitude) in sorted(rows.items())]
