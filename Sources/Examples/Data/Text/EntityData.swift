/// Sentences about one named entity, real or invented, each labelled with its kind.
extension EmbeddedData {
  /// Sentences whose subject is a person, a place or an organisation, one `label<TAB>text` a line.
  ///
  /// The lines are grouped by label: `person`, `place`, `organisation`.
  static let entity = """
    person\tDr Amara Okafor was born in Lagos and studied medicine.
    person\tMarie Curie was the first woman to win a Nobel Prize.
    person\tHer daughter Elif Demir became a painter and married a sculptor.
    person\tJohann Sebastian Bach wrote cantatas and taught his sons to play the organ.
    person\tProfessor Søren Lindqvist studied philosophy in Uppsala and died in 1871.
    person\tAda Lovelace, daughter of the poet Byron, loved mathematics as a child.
    person\tCaptain José Núñez went to sea when he was fourteen.
    person\tThe young violinist Hana Sato practises six hours every day.
    person\tLudwig van Beethoven continued to compose after he became deaf.
    person\tQueen Hatshepsut ruled as pharaoh for about twenty years.
    person\tHis teacher, old Mr Pemberton, spoke seven languages and never married.
    person\tFrida Kahlo painted herself again and again after her accident.
    person\tTomasz Łukasiewicz grew up on a farm and became a poet.
    person\tThe nurse Florence Nightingale was born to wealthy parents.
    person\tAlan Turing studied mathematics at Cambridge and later wrote on machine intelligence.
    person\tLittle Matilda lost her shoe and cried for her mother.
    person\tIbn Battuta left home at twenty one and travelled for almost thirty years.
    person\tJudge Beatrice Holloway retired at seventy and took up the cello.
    person\tLeonardo da Vinci painted, drew and dreamed of flight.
    person\tHer brother Émile Laurent was a doctor who wrote novels at night.
    person\tNelson Mandela spent twenty seven years in prison before he became president.
    person\tWangari Maathai, a biologist by training, planted trees with women from her community.
    person\tThe poet Anna Akhmatova was born near Odessa.
    person\tGrandfather Giuseppe carved wooden animals for his grandchildren.
    person\tIsaac Newton was a lonely child who built sundials.
    person\tInspector Rosa Delgado drinks tea while she reads the witness statements.
    person\tThe composer Clara Schumann had eight children and gave concerts until old age.
    person\tMr Yusuf Rahman teaches chemistry and coaches his daughter's chess team.
    person\tGalileo Galilei was the son of a musician and studied medicine before physics.
    person\tSimón Bolívar was orphaned at the age of nine.
    person\tThe novelist Jane Austen never married and wrote in the family sitting room.
    person\tIngrid Bergström, born in 1902, was one of the first female engineers in her country.
    person\tCleopatra spoke many languages and was the last queen of her dynasty.
    person\tFather Declan Byrne is the priest who married my parents.
    person\tVincent van Gogh wrote long letters to his brother Theo.
    person\tAunt Philippa keeps bees and writes detective stories.
    person\tThe explorer Roald Amundsen learned to ski as a boy.
    person\tYoung Tariq wants to become a pilot like his uncle.
    person\tRosalind Franklin studied chemistry and died at the age of thirty seven.
    person\tProfessor Mei-Ling Zhao speaks softly, but her students never miss a lecture.
    person\tKing Henry had six wives and three children who ruled after him.
    person\tEmily Dickinson rarely left her room and published only a few poems while she lived.
    person\tMy neighbour Olga Petrova was a ballet dancer in her youth.
    person\tCarl Linnaeus, the son of a pastor, collected plants as a boy.
    person\tConfucius taught that a ruler should lead by example.
    person\tThe actor Benedikt Hauser was known for his deep voice and shy manner.
    person\tSrinivasa Ramanujan taught himself mathematics from a borrowed book.
    person\tLady Eleanor Ashworth inherited her father's library when she was twelve.
    person\tThe photographer Nuno Cardoso left his job as a lawyer at forty.
    person\tMozart played the harpsichord at three and composed at five.
    person\tZainab al-Masri became the youngest judge of her generation.
    person\tSir Walter Finch, a retired surgeon, lives alone with his two dogs.
    person\tAmelia Earhart was a pilot who disappeared on her last flight.
    person\tNurse Kwame Boateng was praised by patients for his patience and humour.
    person\tThe philosopher Hypatia was the daughter of a mathematician.
    person\tSocrates wrote nothing, but his pupil Plato described him.
    person\tLotte, the eldest daughter, ran away from school and became an actress.
    person\tCharles Darwin sailed as a young man and married his cousin Emma.
    person\tThe sculptor Camille Claudel was born in 1864 and studied in Paris.
    person\tMrs Oyelaran was a midwife for forty years and had nine grandchildren.
    person\tAstrid Lindgren wrote her first book for her sick daughter.
    person\tWilliam Shakespeare was the son of a glove maker and married at eighteen.
    person\tColonel Arthur Wetherby lost an eye as a young soldier.
    person\tThe painter Artemisia Gentileschi learned her craft from her father.
    person\tKatarína Nováková was born in a mining family and became a professor of law.
    person\tUncle Bertrand played the trombone and told dreadful jokes.
    person\tMary Anning was a carpenter's daughter who collected fossils as a girl.
    person\tEmperor Marcus Aurelius wrote down his private thoughts in Greek.
    person\tThe astronaut Lena Fischer was a shy student who dreamed of space as a child.
    person\tHans Christian Andersen, the son of a shoemaker, never learned to spell well.
    person\tMichael Faraday left school early and was apprenticed to a bookbinder.
    person\tRabbi Samuel Katz writes poetry and has taught Hebrew since his youth.
    person\tSofia Kovalevskaya became the first woman professor of mathematics in northern Europe.
    person\tOld Farmer Tobias never learned to read, yet he could recite whole poems.
    person\tAristotle was the teacher of the young Alexander.
    person\tThe singer Benvinda Fortes performed barefoot and was loved for her sad songs.
    person\tDr Henrik Sørensen, a surgeon, was married to the writer Karen Holm.
    person\tPrincess Nokuthula studied law and became a judge.
    person\tJohannes Kepler was a sickly child whose mother was accused of witchcraft.
    person\tMiss Prudence Hargreaves taught generations of children to read and write.
    person\tThe young poet Dylan Rees died before his first book appeared.
    person\tMansa Musa ruled a rich empire and made a famous pilgrimage.
    person\tLouis Braille lost his sight as a child and invented an alphabet at fifteen.
    person\tChef Matteo Ricci learned his trade from his grandmother and speaks four languages.
    person\tHarriet Tubman was born into slavery and later helped others escape.
    person\tDetective Imre Szabó hated flying and always wore the same grey coat.
    person\tCatherine was a German princess who became empress at thirty three.
    person\tThe mathematician Emmy Noether taught for years without being paid.
    person\tHer cousin Björn Magnusson is a carpenter and the father of twins.
    person\tOmar Khayyam was both a poet and a mathematician.
    person\tHer grandmother Rosa was a weaver.
    person\tAnton Chekhov was a doctor who wrote plays and stories.
    person\tMr Gareth Llewellyn, a widower, taught his daughter to play the harp.
    person\tJudge Solomon Adeyemi was born in Ibadan and studied law in London.
    person\tThe novelist Mary Shelley was the daughter of two writers and married a poet.
    person\tUncle Rafael was a sailor as a young man and spoke four languages.
    person\tJane Goodall dreamed as a child of living with animals.
    person\tThe poet Pablo Neruda was born in Chile and later became a diplomat.
    person\tDetective Clara Whitmore never married and lives alone with her cat.
    person\tYoung Björn, the son of a fisherman, became a famous violinist.
    person\tAntoni Gaudí was a shy man who never married.
    person\tProfessor Ruth Abelson studied physics and wrote novels under her mother's name.
    person\tThe composer Edvard Grieg learned the piano from his mother.
    person\tHer husband, Pavel Dvořák, is a surgeon and plays the cello.
    person\tQueen Nzinga learned to negotiate from her father and ruled for decades.
    person\tSister Agnes taught in a school for girls until she was eighty.
    person\tCharlotte Brontë was a teacher before she became a novelist.
    person\tHis son Mateusz wants to become an actor and practises every evening.
    person\tDr Leila Haddad was the first woman surgeon in her family.
    person\tWolfgang, the youngest brother, left school and became a baker.
    person\tThe mathematician Carl Gauss was the son of a poor bricklayer.
    person\tOld Mrs Fitzgerald remembers how her father taught her to swim.
    person\tThe pilot Bessie Coleman learned French before she learned to fly.
    person\tRené Descartes was a philosopher and mathematician who liked to stay in bed.
    place\tThe Bay of Kotor lies between steep limestone mountains.
    place\tLake Titicaca lies high in the Andes on the border of Peru and Bolivia.
    place\tThe village of Hallbrook has a stone bridge and a small harbour.
    place\tTromsø is a town on an island north of the Arctic Circle.
    place\tThe River Severn rises in the hills of Wales and flows into the sea.
    place\tCairo stands on the east bank of the Nile, south of the delta.
    place\tA narrow road winds through the Valley of Ardenne to the coast.
    place\tThe Gobi Desert stretches across southern Mongolia and northern China.
    place\tMount Kenya is covered by forest on its lower slopes.
    place\tReykjavík lies on the south-west coast of Iceland.
    place\tThe old quarter of Córdoba has white houses and shady courtyards.
    place\tZanzibar is an island off the coast of East Africa.
    place\tThe Black Forest lies east of the Rhine in south-west Germany.
    place\tNorth of Millford the valley narrows and the river runs through a gorge.
    place\tThe harbour town of Świnoujście spreads over several islands.
    place\tLisbon is built on steep hills above the mouth of the Tagus.
    place\tThe Atacama is a dry plateau between the Andes and the Pacific.
    place\tLoch Maree is dotted with small wooded islands.
    place\tThe capital, Montevideo, lies on the northern shore of a wide estuary.
    place\tSandwick Bay has a long beach, sheltered by cliffs to the north.
    place\tThe Danube flows through ten countries before it reaches the Black Sea.
    place\tBhutan is a small mountainous country between India and China.
    place\tTimbuktu lies on the southern edge of the Sahara.
    place\tThe hamlet of Nether Combe consists of nine cottages beside a stream.
    place\tVenice is built on islands in a shallow lagoon.
    place\tThe Isle of Skye has rugged mountains and a deeply indented coast.
    place\tMount Fuji can be seen from the city on a clear day.
    place\tCold winds sweep across the plain of Patagonia to the Atlantic coast.
    place\tThe Amazon basin is covered by the largest rainforest on earth.
    place\tThe border town of Konstanz lies where the river leaves the lake.
    place\tMarrakesh is surrounded by red walls at the foot of the Atlas Mountains.
    place\tThe Great Rift Valley runs through eastern Africa from north to south.
    place\tOakhampton Moor is a windy upland of heather, bog and granite hills.
    place\tThe Strait of Gibraltar separates Spain from Morocco.
    place\tHobart is the southernmost city of Tasmania, below a flat-topped mountain.
    place\tThe island of Gotland lies in the middle of the Baltic Sea.
    place\tTwo lakes and a pine forest surround the village of Järvenkylä.
    place\tPetra is reached through a narrow gorge between sandstone cliffs.
    place\tThe Mekong forms the border between Laos and Thailand for many miles.
    place\tQuito lies in a high valley below a volcano, close to the equator.
    place\tThe port of Valparaíso climbs the hills above a wide bay.
    place\tThe Faroe Islands lie halfway between Scotland and Iceland.
    place\tCanterbury is an old cathedral city in the east of Kent.
    place\tThe Camargue is a marshy delta where the Rhône meets the sea.
    place\tSamarkand stood on the old road between China and the Mediterranean.
    place\tCape Wrath is the north-western tip of the Scottish mainland.
    place\tThe town of Ronda stands on both sides of a deep gorge.
    place\tLake Baikal, in southern Siberia, is deeper than any other lake.
    place\tThe Plain of Elmsworth is flat, fertile and crossed by canals.
    place\tBergen is surrounded by seven mountains and a maze of fjords.
    place\tThe Dead Sea lies far below sea level, between Jordan and Israel.
    place\tA footpath leads from Thornby village to the top of the hill.
    place\tThe Okavango river ends in a wide inland delta in Botswana.
    place\tLjubljana has a castle on a hill and a river through its centre.
    place\tThe Scilly Isles lie south-west of Cornwall and have a mild climate.
    place\tThe Pyrenees form a natural border between France and Spain.
    place\tWellington lies at the southern end of North Island, around a windy harbour.
    place\tThe old town of Kraków has a vast market square and narrow streets.
    place\tThe Hebrides are a chain of islands off the west coast of Scotland.
    place\tThe Yangtze flows eastwards from the plateau of Tibet to the sea.
    place\tFishing boats fill the tiny harbour of Port Ellery, below the cliffs.
    place\tLhasa lies on a high plateau, surrounded by bare mountains.
    place\tThe Everglades are a wide, shallow wetland in southern Florida.
    place\tSant Miquel is a whitewashed village in the hills above the coast.
    place\tMount Etna rises above the east coast of Sicily.
    place\tThe Great Plains stretch from Texas to the Canadian border.
    place\tDubrovnik is a walled town on the Adriatic coast.
    place\tThe Namib desert meets the Atlantic in a line of high dunes.
    place\tLuxembourg is a small country between Belgium, France and Germany.
    place\tThe forest of Białowieża lies on the border of Poland and Belarus.
    place\tNairobi lies on a plateau south of the equator.
    place\tThe Orkney Islands are flat, green and almost treeless.
    place\tThe River Wye winds through a wooded valley past ruined castles.
    place\tSalzburg stands on both banks of the river, below a fortress on a cliff.
    place\tThe district of Eastmere was once a marsh outside the city walls.
    place\tUpper Langdale is a remote valley with a waterfall at its head.
    place\tThe Caspian Sea is the largest inland body of water in the world.
    place\tMuscat lies between dark mountains and the Gulf of Oman.
    place\tThe peninsula of Istria is shared by three countries.
    place\tThe town of Aït Ksar stands on a dry hillside above a river bed.
    place\tMadeira is a steep, green island in the Atlantic, west of Morocco.
    place\tStockholm spreads over fourteen islands where the lake meets the sea.
    place\tGreenland is mostly covered by ice, with a few towns along the coast.
    place\tThe Vale of Evesham is known for its orchards and slow rivers.
    place\tA lighthouse marks the eastern end of Farrow Island.
    place\tSão Tomé is a volcanic island near the equator.
    place\tThe market town of Wexcombe sits at a crossroads in a green valley.
    place\tThe Volga is the longest river in Europe.
    place\tSaltmarsh and dunes line the coast north of Dunmere.
    place\tA quiet valley lies north of the lake.
    place\tInnsbruck lies in a broad valley between high mountains.
    place\tThe Elbe flows north through Dresden to the sea.
    place\tGalway is a harbour city on the west coast of Ireland.
    place\tThe fishing village of Skarvøy clings to an island off the northern coast.
    place\tCyprus is an island in the eastern Mediterranean.
    place\tLake Como is surrounded by wooded mountains and small towns.
    place\tThe Kalahari covers much of Botswana and lies north of the Orange River.
    organisation\tThe Red Cross opened a new office and hired forty volunteers.
    organisation\tNorthwind Shipping was founded in 1889 and has its headquarters in Hamburg.
    organisation\tThe United Nations has nearly two hundred member states.
    organisation\tThe board of Brightwater Trust elected a new chair and appointed two directors.
    organisation\tThe National Union of Bakers has nine thousand members.
    organisation\tGreenpeace was founded by a small group of activists.
    organisation\tHalvorsen & Sons announced that it would open two offices in Asia.
    organisation\tThe Royal Society elects new fellows every year.
    organisation\tAmnesty International campaigns for prisoners and is funded by its members.
    organisation\tThe charity Open Table runs food banks and employs twelve staff.
    organisation\tThe European Commission proposed new rules and consulted its member states.
    organisation\tKestrel Airlines, founded in 1961, employs four thousand staff.
    organisation\tThe Women's Institute of Ashdale meets monthly and welcomes new members.
    organisation\tMédecins Sans Frontières sends volunteers to countries at war.
    organisation\tThe University of Aldermoor appointed a new board of governors.
    organisation\tThe Teachers' Federation voted to strike and will consult its members.
    organisation\tSolberg Motors moved its headquarters and dismissed half of its directors.
    organisation\tThe World Health Organization coordinates the work of its member countries.
    organisation\tThe Bridgeport Housing Association manages six hundred flats for its tenants.
    organisation\tThe orchestra association Musica Viva was founded by students and is run by volunteers.
    organisation\tThe Ministry of Transport set up a committee to review its contracts.
    organisation\tFuentes y Hijos, a family company, employs ninety staff in three offices.
    organisation\tThe Lifeboat Institution relies on volunteers and donations.
    organisation\tThe Institute of Polar Law has offices in three countries and is funded by donations.
    organisation\tThe Green Party elected its leaders at the annual conference.
    organisation\tPinewood Publishing announced a partnership with two smaller companies.
    organisation\tThe International Olympic Committee has its headquarters in Lausanne.
    organisation\tThe Hartwell Foundation awards grants to young charities.
    organisation\tThe Farmers' Cooperative of Vesterby is owned by its three hundred members.
    organisation\tOxfam runs charity shops staffed by volunteers.
    organisation\tThe Society of Amateur Beekeepers publishes a newsletter for its members.
    organisation\tThe Central Police Federation represents officers and negotiates with the government.
    organisation\tThe Chamber of Commerce in Łódź elected a new president and three board members.
    organisation\tMedlow Pharmaceuticals was founded by two brothers and later merged with a rival company.
    organisation\tThe Salvation Army runs shelters and trains volunteers.
    organisation\tThe Consumers' Association published its annual report and appointed new trustees.
    organisation\tInterpol coordinates police forces of its member countries from its headquarters in Lyon.
    organisation\tThe trade union Unity represents nurses and has offices in every county.
    organisation\tSave the Rivers is a charity that was founded by anglers.
    organisation\tThe World Bank lends to governments and has regional offices in many member countries.
    organisation\tThe Hanseatic League was an association of merchants and trading guilds.
    organisation\tThe Committee for Fair Housing meets monthly and reports to the council.
    organisation\tUNESCO was founded after the war and employs staff from all its member states.
    organisation\tTanaka Electric announced that it will merge with its subsidiary.
    organisation\tThe Youth Hostel Association has a board of trustees and thousands of members.
    organisation\tThe Guild of Stonemasons admits new members after a seven-year apprenticeship.
    organisation\tThe Seaview Residents' Association sued the council and won.
    organisation\tThe Ramblers, founded in the thirties, campaign for footpaths and have local groups.
    organisation\tThe charity Books for All was set up by librarians and is run by volunteers.
    organisation\tThe Scout movement has millions of members and trains young leaders.
    organisation\tFerreira Construction won the contract and employs two hundred staff.
    organisation\tThe Liberal Alliance elected a new executive committee at its conference.
    organisation\tThe African Union has its headquarters in Addis Ababa.
    organisation\tThe Philharmonic Society appointed a new director and launched a fundraising campaign.
    organisation\tThe Animal Rescue League depends on donations and employs four vets.
    organisation\tCastellan Insurance announced plans to close its regional offices and dismiss staff.
    organisation\tThe Federation of Small Theatres represents sixty member companies.
    organisation\tNATO was founded by twelve member states.
    organisation\tThe Carnegie Trust funds libraries and gives grants to schools.
    organisation\tThe Dockworkers' Union called a strike and its members voted in favour.
    organisation\tThe Institute of Marine Engineers was founded in 1889 and accepts student members.
    organisation\tWildlife Watch, a voluntary organisation, recruits members in schools.
    organisation\tThe Medical Council suspended two directors and set up an inquiry.
    organisation\tThe Volta Group is a holding company with subsidiaries in nine countries.
    organisation\tThe Church Housing Trust was established by three parishes and is run by trustees.
    organisation\tDoctors for Peace launched an appeal and opened an office in Geneva.
    organisation\tThe parliamentary committee on fisheries published its report and questioned officials.
    organisation\tThe League of Nations was established after the First World War and later dissolved.
    organisation\tThe Saint Olaf Choir Society has sixty members and elects its board each spring.
    organisation\tThe Football Association appointed a new chief executive and a legal committee.
    organisation\tThe East India Company had its own army and its headquarters in London.
    organisation\tThe Society of Friends runs schools and relief organisations.
    organisation\tLindenhof Clinics employs six hundred staff and is owned by a foundation.
    organisation\tThe Postal Workers' Union and its members rejected the offer.
    organisation\tThe charity Clear Water trains volunteers and funds wells.
    organisation\tThe Bauhaus cooperative Werkhaus was founded by architects and is owned by its employees.
    organisation\tThe Home Office set up a department and hired new officials.
    organisation\tThe International Labour Organization publishes reports and advises governments.
    organisation\tRowan & Pike, a law firm, opened an office in Dublin and hired ten partners.
    organisation\tThe Cyclists' Alliance campaigns for safer roads on behalf of its members.
    organisation\tThe Académie Saint-Clair, founded by monks, is governed by a board of trustees.
    organisation\tThe national broadcaster TV Öst announced that it would dismiss its director.
    organisation\tThe Rotary Club of Penmouth donated funds to the hospice and elected a new president.
    organisation\tThe Antarctic Treaty Secretariat is a small organisation with nine staff.
    organisation\tThe Women's Engineering Society was founded in 1919 and supports young members.
    organisation\tBlue Anchor Brewery, a family company, was founded in 1790 and employs thirty staff.
    organisation\tThe Students' Union runs a bar, a newspaper and an advice office.
    organisation\tThe Nature Conservancy council appointed scientists to its advisory board.
    organisation\tThe Royal Geographical Society has thousands of members and elects a council.
    organisation\tThe charity has a board of nine trustees.
    organisation\tThe Miners' Federation was founded in 1888 and represented its members for decades.
    organisation\tThe League of Hospital Friends is a charity run by volunteers.
    organisation\tArvidsson Textiles employs eighty staff and was founded by two sisters.
    organisation\tThe Society for Folk Music was established by students and elects its committee yearly.
    organisation\tThe Walkers' Association has local groups, elected officials and a newsletter for members.
    """
}
