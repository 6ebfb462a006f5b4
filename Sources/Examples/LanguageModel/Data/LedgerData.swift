/// Prices, recipes, logbooks, tables and sums from Skerrow, a village by the sea.
extension EmbeddedText {
  /// The prices, recipes, logbooks, tables and sums.
  static let ledger = #"""
    THE LEDGER OF SKERROW

    This book lies in the drawer of the inn. Anybody may write in it who has washed their
    hands. The number of houses is 37, the number of boats is 14, and the number of people
    is 118, or 119 if the man with the piano is here.

    PRICES AT THE BAKERY, SPRING
    Brown loaf, 1 kg: €3.00
    White loaf, 750 g: €2.80
    Rye loaf, 1.5 kg: €4.50
    Bun, plain: €0.60
    Bun with currants: €0.75
    Honey cake, one slice: €1.40
    Honey cake, whole (12 slices): €15.00
    Pretzel: €0.90
    Crooked loaf, Saturdays only: reserved for the fox

    PRICES AT THE FERRY
    One person: €2.00
    One child: €1.00
    One sheep: €3.00
    One goat: €3.50, and I am not responsible for your hat
    One bicycle: €0.50
    Horse and cart: €8.00, at low water only
    Umbrella: free
    Night crossing, 22:00 to 05:00: double
    In an emergency: nothing

    PRICES AT THE THREE HERRINGS
    Pea soup with bread: €4.20
    Fried herring, potatoes, beetroot: €7.90
    Fish pie for one: €6.50
    Fish pie for four: €23.00
    Pancake with plum jam: €3.80
    Cup of coffee: €1.60
    Pot of tea, 2 cups: €2.40
    Bed for one night, without breakfast: €18.00
    Bed for one night, with breakfast: €22.50
    Piano: please do not put glasses on it

    FROM THE LOGBOOK OF SKERROW LIGHT, KEPT BY A. PELL

    4 January, 16:10. Lamp lit. Wind NW 6, gusts 8. Sea over the landing. Barometer 991
    hPa and falling.
    5 January, 03:25. Wind NW 9. Spray on the gallery, 34 m above the sea. Pickle under
    the bed.
    5 January, 08:40. Lamp out. Wind NW 7. All panes whole. Barometer 998 hPa and rising.
    11 January, 12:00. Calm. Air 2 °C, sea 6 °C. Ships passing: 3 steamers, 5 sails.
    19 January, 17:05. Ice on the lens, 2 mm. Warmed it with a cloth, not with a knife.
    28 January, 21:30. A knocking at the door. It was a plank.
    6 February, 07:15. Fog. Horn from 07:15 to 13:50, one blast every 60 seconds. That
    makes 395 blasts.
    14 February, 10:00. Received by boat: oil 180 l, coal 250 kg, flour 10 kg, 1 letter.
    22 February, 18:20. Lamp lit. First evening with a red sky since the new year.
    3 March, 06:40. Lamp out. 2 seals upon the rocks, then 3, then 2.
    17 March, 15:00. Wound the clockwork: 84 turns. Greased the bearing with 20 g.
    20 March, 12:00. Day and night are equal. Lamp hours: 12.
    1 April, 09:00. Sam reported that a whale had asked for me. It was the 1st of April.
    12 April, 05:55. Lamp out. Swallows: 1.
    13 April, 05:53. Lamp out. Swallows: 6.
    2 May, 14:30. Painted the door white. 2 litres of paint, 1 litre on the door.
    21 May, 03:50. Lamp out. From now on the nights are short and I read little.
    9 June, 23:10. Lightning in the south-west. Counted 11 seconds from flash to thunder,
    so it was 3.7 km away.
    21 June, 21:58. Lamp lit, later than on any other day. Lamp hours: 6.
    7 July, 04:15. 1 porpoise with a young one, 200 m off, heading north.
    26 July, 11:20. Visitors: 8 children and a teacher. Steps climbed: 9 times 112.
    10 August, 01:30. Moth. Carried it down 3 times. 336 steps down, 336 steps up.
    29 August, 20:05. Lamp lit. Oil in the tank: 96 l.
    13 September, 18:45. Wind S 4, warm. Geese flying, in 2 lines of about 40.
    23 September, 12:00. Day and night are equal again. Nobody won.
    15 October, 17:25. Wind W 8. The Kittiwake came in at 17:50, under a reefed sail. Let
    the lamp burn brighter.
    2 November, 16:35. Fog until 22:00. Horn: 325 blasts. Tea: 7 cups.
    24 November, 07:50. First snow. It did not stay, and neither did the visitors.
    21 December, 15:40. Lamp lit, earlier than on any other day. Lamp hours: 17.
    31 December, 24:00. Ships in the year: 2,418. Fires: 0. Wrecks: 0. Herrings for the
    assistant: 730.

    TIDE TABLE FOR SKERROW, FIRST WEEK OF JUNE
    Day  High   m    Low    m    High   m    Low    m
    Mon  01:12  3.4  07:21  0.8  13:38  3.3  19:49  0.9
    Tue  01:58  3.6  08:09  0.6  14:25  3.5  20:36  0.7
    Wed  02:43  3.8  08:56  0.4  15:10  3.7  21:21  0.6
    Thu  03:27  3.9  09:41  0.3  15:54  3.8  22:06  0.5
    Fri  04:11  3.9  10:26  0.3  16:39  3.8  22:52  0.5
    Sat  04:57  3.8  11:12  0.4  17:25  3.7  23:40  0.6
    Sun  05:45  3.6  12:00  0.6  18:14  3.5  --:--  ---
    The ferry cannot take a cart when the water is above 2.5 m. From one high water to the
    next there are about 12 hours and 25 minutes.

    TIDE TABLE FOR SKERROW, FIRST WEEK OF NOVEMBER
    Day  High   m    Low    m    High   m    Low    m
    Mon  04:36  4.1  10:50  0.2  16:58  4.0  23:09  0.3
    Tue  05:20  4.0  11:35  0.3  17:43  3.9  23:54  0.4
    Wed  06:07  3.8  12:23  0.5  18:31  3.6  --:--  ---
    Thu  00:43  0.6  06:58  3.6  13:16  0.8  19:25  3.4
    Fri  01:39  0.8  07:57  3.3  14:19  1.0  20:31  3.2
    Sat  02:47  1.0  09:08  3.2  15:36  1.1  21:50  3.1
    Sun  04:04  1.0  10:24  3.2  16:52  1.0  23:03  3.2
    On Thursday, Friday, Saturday and Sunday the first column is low water. Corin asks
    that nobody complain to him about it.

    RECIPES

    Honey cake, as Agnes bakes it
    250 g honey
    125 g butter
    100 g brown sugar
    2 eggs
    400 g flour
    10 g baking powder
    1 teaspoon cinnamon, 1/2 teaspoon cloves
    150 ml milk
    Warm the honey with the butter and the sugar until it is thin, about 5 minutes. Let it
    cool to 40 °C. Beat in the eggs, one after the other. Stir in the flour, the powder
    and the spice, and then the milk. Bake for 45 minutes at 170 °C. Cut it into 12 slices
    on the next day. It will not wait for the day after.

    Pea soup for 8 people, as at the Three Herrings
    600 g dried peas, 2.5 l water, 3 carrots, 2 leeks, 1 onion, 4 potatoes, 250 g bacon,
    1 bay leaf, 2 teaspoons of salt.
    Soak the peas for 12 hours. Boil them for 75 minutes. Cut up all the rest, put it in,
    and boil for another 35 minutes. A spoon should stand upright in it for 3 seconds.

    Plum jam, as René makes it
    4 kg plums, without the stones
    1.5 kg sugar
    2 sticks of cinnamon
    Cook it for 2 hours over a low fire and stir it every 10 minutes, and every 2 minutes
    at the end. It makes 9 jars of 450 g. One of them never reaches the shelf.

    Fish pie, as Tamsin makes it when it rains
    800 g cod, 200 g smoked haddock, 500 ml milk, 50 g butter, 50 g flour, 1 kg potatoes,
    3 eggs (boiled for 8 minutes), parsley.
    Poach the fish in the milk for 10 minutes. Make a sauce with the butter, the flour and
    the milk. Put the fish, the eggs and the sauce in a dish, with the mashed potatoes on
    top. Bake for 30 minutes at 200 °C. Serves 6, or 4 and the cat.

    Lemonade for the summer fair
    20 lemons, 1.2 kg sugar, 15 l water, 30 leaves of mint.
    Boil the sugar with 2 l of the water, add the juice of the lemons, let it cool, and
    add the other 13 l. It makes 75 glasses of 200 ml. At €0.50 a glass that is €37.50.

    Oat biscuits for a goose
    150 g oats, 50 g flour, 80 ml water, no salt, no sugar.
    Roll out 5 mm thick, cut into 24 squares, and bake for 20 minutes at 160 °C. Give 2 a
    day. She will tell you that it is 3.

    THE MILL BOOK OF TOBIAS

    2 May. From Hollow Farm: 14 sacks of wheat, 50 kg each, together 700 kg. Flour: 525
    kg. Bran: 168 kg. Lost to the wind: 7 kg.
    9 May. From the glebe: 6 sacks of rye, together 300 kg. Flour: 240 kg.
    16 May. No wind.
    17 May. No wind.
    18 May. Wind from 04:30. Ground 9 sacks before breakfast.
    30 May. Sold to Agnes: 8 sacks of flour at €21.00, together €168.00. Paid €150.00 and
    a honey cake. The rest is forgiven.
    13 June. Gale, SW 10. One sail torn from top to bottom. Canvas needed: 9 m by 2 m, or
    18 square metres. Price per square metre: €6.50. Sum: €117.00.
    27 June. New sail came by ferry. 4 people, 3 hours, 1 bruise.
    4 July. From Hollow Farm: 20 sacks, together 1,000 kg. Flour: 750 kg.
    8 August. Sharpened the stone: 16 furrows, 2 days.
    1 September. Harvest. 63 sacks in the yard. Dumpling made 21 trips of 3 sacks.
    6 October. Mice: 5. Borrowed the cat from the lighthouse for 1 night. Mice: 0.
    24 December. Closed the book. Ground this year: 412 sacks, or 20,600 kg. Visits of the
    baker: 97. Chairs mended: 1, the one that does not wobble.

    INVENTORY OF THE SCHOOL, 1 SEPTEMBER
    Benches: 10
    Slates: 24, of which cracked: 5
    Chalk, white: 3 boxes of 12
    Chalk, coloured: 1 box of 6, the red one is missing
    Maps: 2 (the world; the way to Pennywick)
    Globe: 1, dented at Greenland
    Books: 86
    Books that have been read by everybody: 11
    Shells: 56, see the sums
    Stove: 1
    Inkwells: 20
    Ink: 4.5 l
    Mouse in the cupboard: 1, named Archimedes

    INVENTORY OF THE WORKSHOP OF MR. BRANDT
    Clocks, finished: 11
    Clocks, not finished: 4
    Watches to be mended: 7
    Screws under 2 mm: 1,350
    Screws on the floor: about 60
    Springs: 41
    Wheels of brass, 12 to 96 teeth: 218
    Oil: 3 bottles of 25 ml
    Magnifying glasses: 3, one of them being looked for with the other two
    Geese: 1

    INVENTORY OF THE BOATHOUSE, AFTER THE FLOOD
    Oars: 9, that is 4 pairs and 1
    Rope, 12 mm: 85 m
    Rope, 20 mm: 40 m
    Anchors: 2 (18 kg and 25 kg)
    Lanterns: 6, dry: 2
    Nets: 3, holes not counted
    Buckets: 7
    Bathtub: 1, to be returned to Mrs. Lüders
    Dough trough: 1, to be returned to Agnes, washed

    THE FERRY BOOK OF CORIN, ONE WEEK IN JULY
    Mon: 22 people, 9 children, 0 sheep. 22 x 2 + 9 x 1 = €53.00
    Tue: 18 people, 4 children, 5 sheep. 36 + 4 + 15 = €55.00
    Wed: 25 people, 8 children, 0 sheep. 50 + 8 = €58.00
    Thu: 11 people, 2 children, 0 sheep, rain. 22 + 2 = €24.00
    Fri: 30 people, 6 children, 2 sheep. 60 + 6 + 6 = €72.00
    Sat: 47 people, 31 children, 1 goat. 94 + 31 + 3.50 = €128.50
    Sun: 15 people, 10 children. 30 + 10 = €40.00
    Sum of the week: 53 + 55 + 58 + 24 + 72 + 128.50 + 40 = €430.50
    Hats eaten by the goat: 1. Paid for the hat: €12.00. Left: €418.50.

    THE CATCH OF THE KITTIWAKE
    3 March, 05:15 to 13:40: 12 boxes of cod, 3 boxes of whiting, 1 boot.
    7 April, 04:30 to 12:10: 9 boxes of cod, 21 crabs.
    19 May, 03:50 to 11:00: 16 boxes of mackerel, 4 lobsters (1.2 kg, 0.9 kg, 0.8 kg, and
    one that I let go because of the way it looked at me).
    11 June, 03:10 to 09:30: 11 mackerel, singly, with a line. No hurry.
    23 July, 04:00 to 10:45: 18 boxes of mackerel. Price: €14.00 a box. Sum: €252.00.
    5 September, 05:00 to 16:20: 7 boxes. Net torn on the wreck, 3 m. Old Wynn needed 2
    evenings.
    15 October, 05:40 to 17:50: nothing. Wind W 8. Home. That is enough.
    9 November, 06:10 to 15:30: 40 boxes of herring. Price: €8.50 a box. Sum: €340.00.
    10 November, 06:15 to 14:55: 36 boxes of herring. Price: €7.00 a box. Sum: €252.00.
    20 December, 07:30 to 12:00: 6 boxes of cod, for the feast. Price: none.

    THE GARDEN BOOK OF RENÉ
    Bed 1: onions, 8 rows of 25, makes 200. Planted 24 March. Pulled 11 August: 188.
    Bed 2: carrots, 12 rows. Sown 2 April. Thinned 15 May. Pulled from 20 July: 74 kg.
    Bed 3: peas, 6 rows of 4 m. Sown 30 March. Eaten by twins: 40 %. Dried: 9 kg.
    Bed 4: cabbages, 10 rows of 20. Up: 190. Snails: 10. Heaviest head: 5.3 kg.
    Bed 5: beans, 36 poles, 5 beans to a pole, makes 180. Picked: 52 kg.
    Bed 6: potatoes, 9 rows. In: 30 kg. Out: 284 kg. That is 9.5 times as much, and no
    bank will offer you that.
    Bed 7: leeks, 120. Stand until winter.
    Bed 8: empty. It is resting, and so should you.
    Pears: 147. In the drawer on 15 October: 140. Ripe on 6 January: 131.
    Rain in the barrel, April to September: 11 times full, 220 l each, makes 2,420 l.

    SMALL SUMS, FROM THE BOARD OF MISS ORLA

    7 x 8 = 56
    9 x 6 = 54
    12 x 12 = 144
    100 - 37 = 63
    1,000 - 1 = 999
    45 + 55 = 100
    81 : 9 = 9
    96 : 4 = 24
    3 x 3 x 3 = 27
    15 + 16 + 17 = 48
    1/2 + 1/4 = 3/4
    0.1 + 0.2 = 0.3
    2 + 4 + 6 + 8 + 10 = 30
    1 + 3 + 5 + 7 + 9 = 25, which is 5 x 5. Why?

    Agnes bakes 12 loaves on a tray, and she has 8 trays. How many loaves is that?
    12 x 8 = 96 loaves.

    Tobias has 63 sacks, and the cart holds 9. How often must Dumpling go?
    63 : 9 = 7 times. Dumpling says that 3 sacks are enough, and so it is 21.

    The lamp shines for 2 seconds and is dark for 8 seconds. How often does it shine in one
    hour?
    3,600 : 10 = 360 times.

    Sam eats 3 buns a day, and Nell eats 2. How many buns do they eat in a week?
    (3 + 2) x 7 = 35 buns.

    A herring costs €0.85. What do 2 herrings a day cost in a year?
    2 x 365 = 730 herrings. 730 x 0.85 = €620.50. The Office has approved it.

    The river is 80 m wide, and Corin rows at 0.8 m a second. How long does he take?
    80 : 0.8 = 100 seconds, or 1 minute and 40 seconds. With a goat, longer.

    There are 112 steps, and each of them is 18 cm high. How high is that?
    112 x 18 = 2,016 cm, or 20.16 m. The rest is rock.

    The goose honks once at one, twice at two, and so on until twelve. How many honks are
    there from one to twelve?
    1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 = 78 honks.

    Mrs. Lüders has 6 rooms with 2 beds and 3 rooms with 1 bed. How many can sleep there?
    6 x 2 + 3 x 1 = 15 guests, and one under the piano.

    A clock loses 4 minutes a day. How much does it lose in the whole of April?
    4 x 30 = 120 minutes, or 2 hours.

    It is 13 miles to Pennywick, and one walks 3 miles in an hour. One leaves at 08:00.
    When does one arrive?
    13 : 3 = 4 hours and 20 minutes. At 12:20, in time for dinner.

    ACCOUNTS OF THE SUMMER FAIR, 19 JULY
    In:
    Lemonade, 75 glasses at €0.50: €37.50
    Cake, 48 slices at €1.20: €57.60
    Fried fish, 66 portions at €3.00: €198.00
    Guess the weight of the horse, 90 guesses at €0.20: €18.00
    Boat race, 8 boats at €5.00: €40.00
    Found in the piano: €1.15
    Sum: €352.25
    Out:
    Lemons and sugar: €11.40
    Butter, eggs, flour: €23.10
    Oil for frying: €9.75
    Prizes: €30.00
    Ribbon, 25 m: €6.25
    Oats, for the honks: €2.00
    Sum: €82.50
    Left: 352.25 - 82.50 = €269.75. To be used for the roof of the school.
    Weight of the horse: 642 kg. Best guess: 640 kg, by Old Wynn, who did not look.

    ACCOUNTS OF THE ROOF
    Slates, 300 at €0.65: €195.00
    Nails, 2 kg: €8.40
    Laths, 60 m at €0.70: €42.00
    Work: given
    Soup for the workers, 14 bowls: given
    Sum: €245.40
    From the fair: €269.75. Left over: €24.35. Bought: 1 globe, without a dent, for
    €22.00. Rest: €2.35.

    TIMETABLE OF THE SCHOOL
    08:00 – 08:15  Stove, coats, one question
    08:15 – 09:00  Reading
    09:00 – 09:45  Sums
    09:45 – 10:10  Break (the goose honks at 10:00)
    10:10 – 10:55  Writing
    10:55 – 11:30  Plants, animals, stars
    11:30 – 12:00  Singing, or whatever has been left over
    On Wednesdays: the beach, if the tide is below 1.5 m at 10:00.

    TIMETABLE OF AGNES
    03:00  Get up
    03:10  Light the oven
    03:30  First dough
    04:45  Second dough, buns
    05:30  First loaves out; fox goes by
    06:00  Window open; lamp goes out
    07:00  Door open
    13:00  Door closed
    13:15  Walk up the hill, to look at the mill
    14:30  Walk down the hill
    19:30  Bed

    LENT FROM THE INN, AND NOT YET RETURNED
    1 ladder, 3.5 m: to Tobias, since 12 March
    2 pans: to the summer fair, since 19 July
    1 blanket: to the man with the piano
    6 spoons: to Sam, since April; found in the river: 4
    1 book, "The Stars, Volume 1": to Mr. Pell; returned 8 April
    1 book, "The Stars, Volume 2": to be had at Pennywick
    1 cork: unknown

    MEASURES AND WEIGHTS USED IN SKERROW
    1 kilogram = 1,000 grams
    1 sack = 50 kg
    1 box of fish = 25 kg
    1 litre = 1,000 ml = 5 glasses
    1 barrel = 220 l
    1 mile = 1.609 km
    1 fathom = 6 feet = 1.83 m
    1 knot = 1 sea mile in 1 hour = 1.852 km/h
    1 dozen = 12; at the bakery 13, on Fridays
    1 honk = 1 hour
    1 moment = as long as Tobias needs to say good morning

    THE POST, BY NUMBERS
    Letters that came in March: 64. Letters that left: 71.
    Letters that came in June: 88. Letters that left: 85.
    Letters that came in December: 203. Letters that left: 240.
    Parcels: 117 in the year; the heaviest, 28.5 kg, was a stone for the mill; the
    lightest, 4 g, was a feather for Matilda, from an admirer.
    Postage to Pennywick: €0.55. To the city: €0.80. Abroad: €1.35.
    Messages in bottles, sent: 1. Answered: 1. That is 100 %.

    TEMPERATURES AT THE SCHOOL DOOR, 08:00
    Month  Mean  Coldest  Warmest
    Jan     2 °C   -7 °C    9 °C
    Feb     3 °C   -6 °C   10 °C
    Mar     5 °C   -2 °C   13 °C
    Apr     8 °C    1 °C   16 °C
    May    12 °C    4 °C   21 °C
    Jun    15 °C    9 °C   24 °C
    Jul    17 °C   11 °C   27 °C
    Aug    17 °C   12 °C   26 °C
    Sep    14 °C    7 °C   22 °C
    Oct    10 °C    3 °C   17 °C
    Nov     6 °C   -1 °C   12 °C
    Dec     3 °C   -5 °C   10 °C

    THE CLOCKS OF MR. BRANDT, COMPARED WITH THE GOOSE AT 12:00
    Tall clock: 12:04, fast by 4 minutes
    Round clock: 11:51, slow by 9 minutes
    Clock with roses: 3:30, no remark
    Kitchen clock: 12:00, by chance
    Ship's clock: 12:01, fast by 1 minute
    Cuckoo clock: 11:58, slow by 2 minutes; the cuckoo is at the joiner's
    Oak clock: 12:00 and on the way to 11:59
    Glass clock: stopped at 7:15 on a Sunday
    Black clock: 12:11, fast by 11 minutes, since the fall
    Travelling clock: 12:00 in another country
    Small brass clock: 11:59:40, slow by 20 seconds; this one is for sale, at €85.00

    BILLS AND RECEIPTS

    To the miller, for mending 1 chain, 6 links at €1.25: €7.50. For advice: €0.00. Paid
    on 3 June.
    To the school, for winding and oiling 1 clock, 4 quarters at €2.00: €8.00. Paid with 8
    drawings, of which 5 show a goose.
    To the lighthouse, for 36 wicks at €0.35: €12.60. Carriage: €1.40. Sum: €14.00.
    To the inn, for 15 kg onions at €0.80: €12.00; 10 kg carrots at €0.95: €9.50; 6
    cabbages at €1.10: €6.60. Sum: €28.10. Less soup: €4.20. Remains: €23.90.
    To the Kittiwake, for 1 net, 14 m by 5 m, or 70 square metres, 46 evenings of work:
    €138.00, which makes €3.00 an evening. Old Wynn adds: and the stories for nothing.
    To Mr. Hale, for 1 pair of glasses, glued: no charge, because I sat on them.

    THE JOURNEY TO PENNYWICK AND BACK, 27 AND 28 MAY
    05:50  Left the pier on the Kittiwake. Wind SE 3. On board: 4 people, 1 basket.
    06:35  Passed the rock. Mr. Pell waved a towel.
    08:10  Basket opened. 8 eggs, 6 buns, 1 sausage of 400 g.
    08:25  Basket empty.
    09:45  Entered the harbour of Pennywick. 13 sea miles in 3 h 55 min, or 3.3 knots.
    10:00  Coffee, 4 cups at €1.90: €7.60.
    11:30  Bought: 2 m of cord (€0.80), 1 book about stars (€9.00, used), 3 pears.
    12:30  Looked at a green and orange boat, and praised it for 15 minutes.
    19:00  Supper with 9 people. 22:40  Bed.
    04:55  Left with the tide. Wind SW 4, rain, 5 mm.
    08:05  Skerrow. 3 h 10 min, or 4.1 knots. Sum of money spent: €17.40, and 3 pears.

    WHAT IS IN THE SHED OF TAMSIN
    Tar: 12 l. Paint, blue: 3 l. Paint, orange: 0.5 l, left over.
    Floats of cork: 160. Floats of glass: 22, green.
    Hooks, size 4: 250. Hooks, size 8: 400. Hooks, in the cat: 0, thank goodness.
    Boots: 2 that match, 2 that do not.
    Canvas: 7.5 m. Needles: 9. Thread: 600 m.
    Lobster pots: 14 whole, 3 flat.
    1 bell, 1 compass (4 degrees off to the east), 1 photograph.

    THE BIRDS OF ONE MORNING, COUNTED BY THE SCHOOL, 17 MAY, 06:00 – 07:00
    Herring gull: 46
    Sparrow: 31
    Swallow: 18
    Starling: 15
    Blackbird: 7
    Oystercatcher: 6
    Crow: 5
    Wagtail: 4
    Wren: 2, and a nest that was not seen by anybody
    Heron: 1
    Cuckoo: 1, heard
    Goose: 1, assisting
    Together: 137. In the year before: 129. That is 8 more, or 6.2 %.

    THE COST OF ONE LOAF
    Flour, 650 g at €0.42 a kg: €0.27
    Salt, 12 g: €0.01
    Yeast, 15 g: €0.06
    Wood for the oven: €0.31
    Rent of the shop, shared by 60 loaves: €0.20
    Getting up at 03:00: €2.15
    Sum: €3.00

    THE WEDDING, 2 MAY, 11:00
    Guests: 119 from Skerrow, 23 from Pennywick, 6 from the city; together 148.
    Chairs: 140. Benches: 2, for 4 people each. 140 + 8 = 148. It was close.
    Soup: 45 l. Herrings: 200. Potatoes: 60 kg. Loaves: 74, which is 1 for every 2 guests.
    Cake: 7 tiers; 24 eggs, 3 kg flour, 2.4 kg butter, 2 kg honey. Height: 92 cm. Slices:
    160. Left: 12. Left at midnight: 0.
    Speeches: 3, of 4, 6 and 31 minutes. The last one was by Corin.
    Dances: 28. Glasses broken: 5. Geese upon the table: 1.
    Weather: 16 °C, wind S 2, and at 17:20 a shower of 4 minutes, with a rainbow.
    At 22:00 the lamp of the lighthouse was turned 3 times the wrong way around. That is
    not allowed, and it will not be entered in the log.

    RULES OF THE GREAT BOAT RACE
    1. The course is 1,200 m, from the pier around the rock and back.
    2. Start: 14:00, when Matilda has honked twice.
    3. Each boat has 2 rowers and 1 passenger who must not help.
    4. A bathtub counts as a boat. A door does not.
    5. Whoever falls into the water may be picked up by anybody.
    6. Results: 1st, the Patience, 9 min 42 s. 2nd, the Kittiwake, 9 min 44 s. 3rd, the
    bathtub, 31 min 5 s. The rest drifted, and were content.

    THE LAST PAGE OF THE YEAR
    People on 1 January: 118. Born: 3. Moved here: 2. Moved away: 1. Died: 1, old Mr.
    Hale, aged 94, who said that he had had enough soup. People on 31 December: 118 + 3 +
    2 - 1 - 1 = 121.
    Chimneys: 37. Smoking: 37.
    In the box of the council: €44.35, and a button. The button has been there for 12
    years. It is entered at €0.00, but nobody would sell it.
    """#
}
