/// Facts, rhymes, notices and calendars of Skerrow.
extension EmbeddedText {
  /// The facts, rhymes, notices and calendars.
  static let nature = #"""
    SIMPLE FACTS OF NATURE

    The moon
    The moon goes around the earth in about four weeks. It has no light of its own. It
    shines because the sun shines upon it. When the moon is new, it stands between us and
    the sun, and we see its dark side. When it is full, we stand between. At new moon and
    at full moon the tides are highest.

    The sea
    The sea is salty because rivers carry salt down from the rocks. One litre of it holds
    about 35 grams. It covers more than two thirds of the earth. It is blue because water
    swallows the red part of the light first. Near Skerrow it is green, and after a storm
    it is brown.

    The herring
    A herring is about as long as a loaf of bread. It swims in great shoals that move like
    one animal. It eats things that are almost too small to see. Almost everybody eats the
    herring: the cod, the gull, the seal, the whale, and Pickle.

    The crab
    A crab has ten legs, and the first two are claws. It wears its bones on the outside.
    When it grows it has to climb out of its shell, and for a few days it is soft and
    hides. It walks sideways because its knees bend that way.

    The goose
    A goose can live for more than twenty years. It eats grass, and it oils its feathers,
    so that the water runs off. Wild geese fly in the shape of a V, since each of them
    finds it easier to fly a little to the side of the one in front. They take turns at
    the point.

    The fox
    A fox hears a mouse under the snow from twenty steps away. It sleeps with its tail over
    its nose. Its young are born in spring, blind and grey, in a den with more than one
    door. A fox is shy, and it is not as clever as people say, but it listens better.

    The barn owl
    An owl cannot move its eyes, so it turns its head instead, almost all the way around.
    Its feathers are soft at the edge, and it flies without a sound. What it cannot digest
    it coughs up in the morning, as a small grey parcel of fur and bones.

    The bee
    One bee makes about a tenth of a teaspoon of honey in her life. When she has found
    flowers, she goes home and dances, and the dance tells the others which way to fly and
    how far it is. In winter the bees sit close together and shiver to keep warm.

    The oak
    An oak grows for three hundred years, stands for three hundred years, and dies for
    three hundred years. Its fruit is the acorn. Of ten thousand acorns perhaps one will
    become a tree. The jay buries them and forgets where, and that is how a wood walks.

    The seal
    A seal can stay under water for half an hour. It sleeps in the sea like a bottle, with
    its nose pointing up. On land it is clumsy, and it knows it. A young seal is left
    alone on the sand while its mother fishes. Do not touch it; she is coming back.

    The swallow
    A swallow weighs as much as four sheets of paper. In autumn it flies to Africa, and
    in spring it comes back to the same nest under the same roof. It drinks while flying.
    It builds with mud, about a thousand small balls of it.

    The snail
    A snail has a tongue with thousands of teeth. It carries its house along, and if the
    house is cracked, it mends it. It travels about one metre in a quarter of an hour if
    it has a reason. In dry weather it shuts its door and waits.

    Sand
    Sand is made of stones that the sea has rubbed against each other for a very long
    time. Wet sand holds better than dry sand, because the water between the grains pulls
    them together. That is why one can build a castle, and why it does not last.

    Wind
    Air that is warm rises, and air that is cool flows in below it. That is all. By day
    the land is warmer than the sea, and the wind blows to the land. By night it is the
    other way around. The fishermen sail out with the one and home with the other.

    Lightning and thunder
    They happen at the same moment. But light is fast, and sound is slow. Count the
    seconds between the flash and the bang, and divide by three: so many kilometres away
    is the storm. If there is nothing to count, get down from the hill.

    Frost
    When water freezes it grows larger, by about a tenth. It bursts jugs and pipes and
    even stones. Ice is lighter than water, and therefore a pond freezes from the top, and
    the fish can live below.

    NOTICES AT THE DOOR OF THE INN

    Spring cleaning
    On the first Saturday in April we shall sweep the street, from the mill to the pier.
    Bring a broom. Those who have no broom should bring a song. At noon there will be
    soup.

    The blessing of the boats
    On the first Sunday in May, at ten o'clock, all boats will gather at the pier with
    flags. The bell will be rung. Strangers are asked not to laugh at it.

    Lost
    One glove, left, blue, with a hole in the thumb. It was last seen on the goose. – Nell

    Found
    One glove, left, blue. I found it in my soup. – A guest

    For sale
    A clock with roses on it. It strikes what it likes. It is cheap, to a person with a
    sense of humour. Ask Mr. Brandt.

    Wanted
    The second volume of a book about stars. I would pay well, or read to you from the
    first. – A. Pell, at the lighthouse

    The summer fair
    On 19 July, from ten in the morning until the lamp is lit: boat race, fried fish,
    lemonade, and guess the weight of the horse. There will be music by the man with the
    piano. Entry is free. Children under ten will be weighed before and after the cake.

    A request
    Would the person who is putting hats on the scarecrow please go on? It looks very well
    in the straw one. – René

    School beach day
    On Wednesday, if the tide allows, we shall look for the animals that live in the rock
    pools. Please look, and lift, and put back. Each stone is somebody's roof.

    Harvest supper
    On the last Saturday in September all of Skerrow eats at one table. The table begins
    at the bakery and ends at the ferry. Everybody brings one chair and one dish. Those
    who can only bring a chair are as welcome as those who can only bring a dish, and we
    shall put you next to each other.

    The lantern walk
    On 11 November at five o'clock we walk along the shore with lanterns, from the school
    to the lighthouse. Mr. Pell will keep his lamp a little lower, so that ours can be
    seen. Afterwards there will be pretzels, broken in two and shared, as is the custom.

    Warning
    The third plank of the pier is rotten. The fourth one is the third one that we took
    away in March. Please step over both. – Corin

    The piano
    It was tuned on Thursday. It may be played by anybody with clean hands. The lowest key
    on the left makes no sound. It is resting.

    Midwinter night
    On 21 December nobody should be alone. A candle in a window means: there is room here.
    Two candles mean: there is room, and there is cake. If you see a house with no candle
    at all, go there and knock.

    Announcement
    Tobias the miller and Agnes the baker have asked that it be made known that they will
    marry on 2 May. They have been asked not to hurry, and they have not. The cake will be
    made by the bride, who does not trust anyone else with it. The flour is by the groom.

    FOR THE GARDEN, MONTH BY MONTH

    January: Sit by the fire and read the seed list. Order half of what you wish for.
    February: Prune the apple tree on a dry day. Sow leeks in a box on the sill.
    March: Dig, if the soil does not stick to your boots. Plant the onions.
    April: Sow carrots, peas and beets. Keep a newspaper ready for the frost.
    May: Sow the beans. Hoe on sunny days, so that the weeds dry up.
    June: Pick strawberries before the blackbird does. You will have to get up early.
    July: Water in the evening, seldom and much. Pick peas, and hide some from the twins.
    August: Pull the onions and let them dry on the wall. Sow spinach for the autumn.
    September: Dig up the potatoes. Save the seed of the best bean, not of the first one.
    October: Pick the winter pears and wrap them up. Rake the leaves onto the beds.
    November: Clean the spade and oil the handle. Say thank you to the compost.
    December: Leave the garden in peace. It is doing something, even if you cannot see it.

    STARS TO LOOK FOR

    In winter look to the south. There are three stars in a row, and that is the belt of
    the hunter. Follow the belt down to the left, and you will come to the brightest star
    of all. It twinkles because it stands low, and the air is restless.

    In spring the great bear stands right over your head. Draw a line through the two
    stars at the end of it, and make it five times as long. There is the star of the
    north. It does not move, and all the others walk around it. If you face it, the east
    is to your right hand, and the west is to your left.

    In summer three bright stars form a large triangle. On a night with no moon you can
    see a pale band that passes through it. It is made of stars, so many and so far away
    that they flow together like flour on a dark table.

    In autumn there is a great square in the sky, with nothing much inside it. Next to its
    corner you may find a small smudge, if your eyes are good. It is the farthest thing
    that anyone can see without a glass. The light that you see has been on its way for
    two and a half million years. Mr. Pell says that one should stand up straight when it
    arrives.

    A CALENDAR OF SMALL THINGS

    The first snowdrop was seen on 8 February, and the last snow on 16 March. The first
    frog spoke on 12 March, at dusk. The first bee came to the willow on 27 March. The
    first swallow came on 12 April, the first cuckoo on 3 May, the first strawberry on 4
    June; nobody saw who ate it. The first plum fell on 6 August. The first spider came
    indoors on 2 September and was carried out, and came in again. The first fire was lit
    at the inn on 28 September. The first ice lay on the rain barrel on 9 November, as
    thin as a watch glass, with a leaf inside it.

    WHAT TO DO IN BAD WEATHER

    If it rains for one day, read. If it rains for two days, tidy the drawer with the
    string in it. If it rains for three days, visit somebody and help them to tidy theirs.
    On the fourth day bake something that takes a long time. On the fifth day go out
    anyway, for you will find that the rain is not as wet as it looks from the inside.

    If the wind is so strong that you have to lean on it, do not carry a tray. Close the
    shutters on the west side and leave one door open on the east, or the house will
    hum. Tie down the boat, the bench, and the smaller children.

    If there is fog, speak to everybody you meet. It may be somebody you know.

    If it is too hot, draw the curtains in the morning and open the windows at night. Put
    the butter in the well. Do all heavy work before breakfast, or after summer.

    WHAT THE CHILDREN FOUND IN ONE YEAR

    In January they found the tracks of a hare, and where they stopped, and wings in the
    snow on both sides. In February they found a bottle with nothing in it, and they put
    something in it. In March they found frogs. In April they found out that frogs should
    not be kept in a hat. In May they found the nest of a wren, as round as a bun, and
    told nobody. In June they found that one can stay up until eleven if one is very
    quiet. In July they found a coin with a king on it who had no nose. In August they
    found a jellyfish, and in August they were found by wasps. In September they found a
    mushroom as large as a plate. In October they found the hat of the scarecrow at the
    top of the oak. In November they found their way home in the fog, by the bell that
    sounds like a pan. In December they found that the year was over, and they looked for
    the next one, and there it was.

    A WORD FOR THE READER

    Nothing much has happened in Skerrow. A goose told the time, a fox came to the door,
    and a lamp was lit every evening and put out every morning. It will be so tomorrow as
    well. If you have read as far as this, you are almost one of us. There is a chair for
    you at the long table. It wobbles a little, but you will get used to it.
    """#
}
